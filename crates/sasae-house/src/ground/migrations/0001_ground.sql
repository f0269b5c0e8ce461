-- Why somebody may see a record beyond area and post; see the room `ground`. The key begins with
-- the record, because the row rules ask for one record and one reader.
CREATE TABLE ground (
  tenant TEXT NOT NULL,
  record_id UUID NOT NULL,
  holder_id UUID NOT NULL,
  reason TEXT NOT NULL,
  source_id UUID NOT NULL,
  record_kind TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  PRIMARY KEY (tenant, record_id, holder_id, reason, source_id),
  FOREIGN KEY (tenant, holder_id) REFERENCES staff (tenant, id),
  CHECK (valid_from <= valid_to)
) /* WITHOUT ROWID */;
CREATE INDEX ground_holder ON ground (tenant, holder_id, record_kind, record_id);
CREATE INDEX ground_source ON ground (tenant, source_id);
