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

-- Whatever is handed on: a receiver, a clock, an answer, and who keeps a role.
CREATE TABLE handover (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id UUID NOT NULL,
  from_staff UUID,
  from_label TEXT NOT NULL,
  to_area UUID,
  to_function TEXT,
  to_staff UUID,
  to_organisation UUID,
  handed_at BIGINT NOT NULL,
  acknowledge_by DATE NOT NULL,
  acknowledged_at BIGINT,
  acknowledged_by UUID,
  answer_by DATE NOT NULL,
  answered_at BIGINT,
  answered_by UUID,
  outcome TEXT,
  answer TEXT NOT NULL,
  keeper_staff UUID,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, to_area) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, to_staff) REFERENCES staff (tenant, id),
  FOREIGN KEY (tenant, to_organisation) REFERENCES organisation (tenant, id)
);
CREATE INDEX handover_subject ON handover (tenant, subject_id);
CREATE INDEX handover_open_staff ON handover (tenant, to_staff, answered_at);
CREATE INDEX handover_open_organisation ON handover (tenant, to_organisation, answered_at);
CREATE INDEX handover_open_area ON handover (tenant, to_area, answered_at);

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
