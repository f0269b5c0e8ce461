-- SQLite cannot take NOT NULL from a column, so the table is made anew.
ALTER TABLE correction RENAME TO correction_before;
CREATE TABLE correction (
  tenant TEXT NOT NULL,
  id BLOB NOT NULL,
  record_kind TEXT NOT NULL,
  record_id BLOB NOT NULL,
  entry_kind TEXT,
  entry_id BLOB,
  step TEXT NOT NULL CHECK (step IN ('corrected', 'struck_out', 'restored', 'moved', 'taken_back')),
  reason TEXT NOT NULL CHECK (reason <> ''),
  changes TEXT NOT NULL,
  corrected_at INTEGER NOT NULL,
  corrected_by BLOB,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, corrected_by) REFERENCES staff (tenant, id)
) STRICT;
INSERT INTO correction (tenant, id, record_kind, record_id, entry_kind, entry_id, step, reason, changes,
  corrected_at, corrected_by)
SELECT tenant, id, record_kind, record_id, entry_kind, entry_id, step, reason, changes, corrected_at, corrected_by
FROM correction_before;
DROP TABLE correction_before;
CREATE INDEX correction_record ON correction (tenant, record_id, corrected_at, id);
