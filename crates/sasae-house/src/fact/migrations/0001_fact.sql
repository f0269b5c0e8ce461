-- The facts: what was done, once, when and where. Every figure reads these.
CREATE TABLE fact (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  occurred_on DATE NOT NULL,
  fiscal_year BIGINT NOT NULL,
  month BIGINT NOT NULL,
  area_id UUID,
  staff_id UUID,
  organisation_id UUID,
  person_id UUID,
  household_id UUID,
  record_kind TEXT NOT NULL,
  record_id UUID NOT NULL,
  subject_id UUID NOT NULL,
  about TEXT NOT NULL,
  method TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  people BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id)
);
CREATE UNIQUE INDEX fact_subject ON fact (tenant, subject_id, kind);
CREATE INDEX fact_kind ON fact (tenant, fiscal_year, kind, area_id, month);
-- Figures are counted area by area, from the index alone.
CREATE INDEX fact_area ON fact (tenant, fiscal_year, area_id, occurred_on, kind, month);
