CREATE TABLE notice (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  receipt TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  received_on DATE NOT NULL,
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  what TEXT NOT NULL,
  place TEXT NOT NULL,
  about TEXT NOT NULL,
  urgent BOOLEAN NOT NULL,
  area_id UUID NOT NULL,
  person_id UUID,
  reporter_name TEXT NOT NULL,
  reporter_contact TEXT NOT NULL,
  reporter_staff UUID,
  lang TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('received', 'read', 'finished')),
  triage TEXT,
  triage_note TEXT NOT NULL,
  triaged_at BIGINT,
  triaged_by UUID,
  revision BIGINT NOT NULL,
  -- When it was struck out: it stands in no list, figure or due row any more, and opens still.
  struck_at BIGINT,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id),
  FOREIGN KEY (tenant, reporter_staff) REFERENCES staff (tenant, id)
);
CREATE UNIQUE INDEX notice_receipt ON notice (tenant, receipt);
CREATE INDEX notice_area ON notice (tenant, area_id, received_at);
CREATE INDEX notice_person ON notice (tenant, person_id);
CREATE INDEX notice_state ON notice (tenant, state, received_at);
-- Lists of notices are read in their own order and stop where the page ends.
CREATE INDEX notice_received ON notice (tenant, received_at, id);
CREATE INDEX notice_urgent ON notice (tenant, urgent DESC, received_at, id) WHERE state <> 'finished';
CREATE INDEX notice_reporter ON notice (tenant, reporter_staff) WHERE reporter_staff IS NOT NULL;
-- Of years of notices few are open: those are found in their order at once.
CREATE INDEX notice_open ON notice (tenant, received_at, id) WHERE state <> 'finished';
CREATE INDEX notice_struck ON notice (tenant, received_at, id) WHERE struck_at IS NOT NULL;
