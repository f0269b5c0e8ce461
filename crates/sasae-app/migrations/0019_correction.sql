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

-- When a record was struck out: it stands in no list, figure or due row any more, and opens still.
ALTER TABLE notice ADD COLUMN struck_at BIGINT;
ALTER TABLE consultation ADD COLUMN struck_at BIGINT;
-- One intake at most follows a notice, those that were struck out aside.
DROP INDEX consultation_notice;
CREATE UNIQUE INDEX consultation_notice ON consultation (tenant, notice_id) WHERE struck_at IS NULL;
ALTER TABLE case_contact ADD COLUMN struck_at BIGINT;
ALTER TABLE case_assessment ADD COLUMN struck_at BIGINT;
ALTER TABLE case_plan ADD COLUMN struck_at BIGINT;
ALTER TABLE case_monitoring ADD COLUMN struck_at BIGINT;
-- Roles that ended because the case was closed begin again where the closing is taken back.
ALTER TABLE case_role ADD COLUMN ended_by_closing BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX notice_struck ON notice (tenant, received_at, id) WHERE struck_at IS NOT NULL;
CREATE INDEX consultation_struck ON consultation (tenant, received_on, id) WHERE struck_at IS NOT NULL;
