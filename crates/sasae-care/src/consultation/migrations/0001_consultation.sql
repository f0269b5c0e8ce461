CREATE TABLE consultation (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  received_on DATE NOT NULL,
  received_at BIGINT NOT NULL,
  channel TEXT NOT NULL,
  base_id UUID,
  area_id UUID NOT NULL,
  household_id UUID,
  person_id UUID,
  notice_id UUID,
  from_whom TEXT NOT NULL,
  from_name TEXT NOT NULL,
  from_contact TEXT NOT NULL,
  what TEXT NOT NULL,
  wish TEXT NOT NULL,
  wish_words TEXT NOT NULL,
  urgency TEXT NOT NULL,
  worst TEXT,
  language TEXT NOT NULL,
  communication TEXT NOT NULL,
  extra TEXT NOT NULL,
  taken_by UUID NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('open', 'case', 'referral', 'answered')),
  outcome_note TEXT NOT NULL,
  outcome_at BIGINT,
  revision BIGINT NOT NULL,
  -- When it was struck out: it stands in no list, figure or due row any more, and opens still.
  struck_at BIGINT,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, base_id) REFERENCES base (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, household_id) REFERENCES household (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id),
  FOREIGN KEY (tenant, notice_id) REFERENCES notice (tenant, id),
  FOREIGN KEY (tenant, taken_by) REFERENCES staff (tenant, id)
);
CREATE INDEX consultation_area ON consultation (tenant, area_id, received_at);
CREATE INDEX consultation_person ON consultation (tenant, person_id);
CREATE INDEX consultation_open ON consultation (tenant, taken_by, received_on, id) WHERE outcome = 'open';
-- Lists are read in their own order and stop where the page ends.
CREATE INDEX consultation_received ON consultation (tenant, received_on, id);
CREATE INDEX consultation_urgency ON consultation
  (tenant, (CASE urgency WHEN 'urgent' THEN 0 WHEN 'soon' THEN 1 ELSE 2 END), received_on, id)
  WHERE outcome = 'open';
-- A search by how something begins is a range.
CREATE INDEX consultation_what ON consultation (tenant, SUBSTR(what, 1, 40));
-- What one took in, whatever came of it: a list of one who sees no area begins there.
CREATE INDEX consultation_taken ON consultation (tenant, taken_by);
-- Of years of consultations few are open: those are found in their order at once.
CREATE INDEX consultation_open_received ON consultation (tenant, received_on, id) WHERE outcome = 'open';
-- One intake at most follows a notice, also when two colleagues press at once; those that were
-- struck out aside.
CREATE UNIQUE INDEX consultation_notice ON consultation (tenant, notice_id) WHERE struck_at IS NULL;
CREATE INDEX consultation_struck ON consultation (tenant, received_on, id) WHERE struck_at IS NOT NULL;

CREATE TABLE consultation_problem (
  tenant TEXT NOT NULL,
  consultation_id UUID NOT NULL,
  problem TEXT NOT NULL,
  PRIMARY KEY (tenant, consultation_id, problem),
  FOREIGN KEY (tenant, consultation_id) REFERENCES consultation (tenant, id)
);
