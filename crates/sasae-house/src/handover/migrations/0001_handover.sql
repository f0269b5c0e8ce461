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
  outcome TEXT CHECK (outcome IN ('accepted', 'declined', 'passed_on', 'done', 'ended', 'withdrawn')),
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
