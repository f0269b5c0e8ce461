-- What each list said last of a record, field by field (JSON): a field that somebody corrected by hand since
-- is not undone by a list that says the same as before.
CREATE TABLE import_said (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  record_id UUID NOT NULL,
  source TEXT NOT NULL,
  said TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, kind, record_id, source)
) /* WITHOUT ROWID */;
