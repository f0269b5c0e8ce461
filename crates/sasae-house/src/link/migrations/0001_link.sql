-- The links of the thread: this record came of that one.
CREATE TABLE thread_link (
  tenant TEXT NOT NULL,
  from_kind TEXT NOT NULL,
  from_id UUID NOT NULL,
  to_kind TEXT NOT NULL,
  to_id UUID NOT NULL,
  relation TEXT NOT NULL,
  linked_at BIGINT NOT NULL,
  linked_by UUID,
  PRIMARY KEY (tenant, from_id, to_id, relation)
) /* WITHOUT ROWID */;
CREATE INDEX thread_link_back ON thread_link (tenant, to_id);
