-- What the rows of imported files have become: the same row again changes
-- nothing, even where the record was corrected by hand in between.
CREATE TABLE import_row (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  source_key TEXT NOT NULL,
  record_id UUID NOT NULL,
  fingerprint BYTEA NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, kind, source, source_key)
) /* WITHOUT ROWID */;
