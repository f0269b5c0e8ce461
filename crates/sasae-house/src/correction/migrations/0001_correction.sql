-- Corrections: what was put right in a record, why, and what stood before; see the room
-- `correction`. Rows are never changed. changes is a JSON array of fields with what stood before and
-- what stands after.
CREATE TABLE correction (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  record_kind TEXT NOT NULL,
  record_id UUID NOT NULL,
  entry_kind TEXT,
  entry_id UUID,
  step TEXT NOT NULL CHECK (step IN ('corrected', 'struck_out', 'restored', 'moved', 'taken_back')),
  reason TEXT NOT NULL CHECK (reason <> ''),
  changes TEXT NOT NULL,
  corrected_at BIGINT NOT NULL,
  corrected_by UUID NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, corrected_by) REFERENCES staff (tenant, id)
);
CREATE INDEX correction_record ON correction (tenant, record_id, corrected_at, id);
