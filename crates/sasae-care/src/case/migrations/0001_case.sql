-- number is written out of fiscal_year and serial (R7-0001). intake_at is the
-- moment of the intake, or the start of its day where it was recorded later.
CREATE TABLE support_case (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  number TEXT NOT NULL,
  fiscal_year BIGINT,
  serial BIGINT,
  title TEXT NOT NULL,
  area_id UUID NOT NULL,
  household_id UUID,
  consultation_id UUID,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  intake_at BIGINT NOT NULL,
  opened_on DATE NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by UUID NOT NULL,
  lead_organisation UUID,
  lead_staff UUID NOT NULL,
  agreed_at BIGINT,
  review_on DATE,
  closed_on DATE,
  closed_at BIGINT,
  closed_by UUID,
  outcome TEXT,
  outcome_note TEXT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, household_id) REFERENCES household (tenant, id),
  FOREIGN KEY (tenant, consultation_id) REFERENCES consultation (tenant, id),
  FOREIGN KEY (tenant, lead_organisation) REFERENCES organisation (tenant, id),
  FOREIGN KEY (tenant, lead_staff) REFERENCES staff (tenant, id)
);
CREATE UNIQUE INDEX support_case_number ON support_case (tenant, number);
CREATE UNIQUE INDEX support_case_serial ON support_case (tenant, fiscal_year, serial);
CREATE INDEX support_case_opened ON support_case (tenant, state, opened_at, id);
CREATE INDEX support_case_area ON support_case (tenant, area_id, state);
CREATE INDEX support_case_agree ON support_case (tenant, lead_staff, intake_at, id)
  WHERE state = 'open' AND agreed_at IS NULL;
CREATE INDEX support_case_review ON support_case (tenant, lead_staff, review_on, id)
  WHERE state = 'open' AND review_on IS NOT NULL;
-- Whether the reader is in the team of what became of a consultation.
CREATE INDEX support_case_consultation ON support_case (tenant, consultation_id);
-- A search by how something begins is a range.
CREATE INDEX support_case_title ON support_case (tenant, title);

-- The persons whom the case names. A member of the household who is not named
-- here is not shown by it.
CREATE TABLE case_person (
  tenant TEXT NOT NULL,
  case_id UUID NOT NULL,
  person_id UUID NOT NULL,
  main BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, case_id, person_id),
  FOREIGN KEY (tenant, case_id) REFERENCES support_case (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id)
);
CREATE INDEX case_person_person ON case_person (tenant, person_id);

-- A role that was declined ends on the day before it was declined, so that the
-- one who was asked no longer sees the case; valid_to may then lie before
-- valid_from: the role was never held.
CREATE TABLE case_role (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  staff_id UUID,
  organisation_id UUID,
  role TEXT NOT NULL,
  task TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'accepted' CHECK (state IN ('asked', 'accepted', 'declined', 'withdrawn')),
  due_on DATE,
  done_on DATE,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  revision BIGINT NOT NULL,
  -- Roles that ended because the case was closed begin again where the closing is taken back.
  ended_by_closing BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, case_id) REFERENCES support_case (tenant, id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id),
  FOREIGN KEY (tenant, organisation_id) REFERENCES organisation (tenant, id)
);
CREATE INDEX case_role_case ON case_role (tenant, case_id);
-- Of years of roles few are under way: those that hold today.
CREATE INDEX case_role_staff ON case_role (tenant, staff_id, valid_to);
-- What is due is found by the day on which it is due, among what is still open:
-- of years of roles, cases and contacts that is little.
CREATE INDEX case_role_due ON case_role (tenant, staff_id, due_on, id)
  WHERE state = 'accepted' AND due_on IS NOT NULL AND done_on IS NULL;

CREATE TABLE case_assessment (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  assessed_on DATE NOT NULL,
  situation TEXT NOT NULL,
  strengths TEXT NOT NULL,
  risks TEXT NOT NULL,
  needs TEXT NOT NULL,
  extra TEXT NOT NULL,
  staff_id UUID NOT NULL,
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  struck_at BIGINT,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, case_id) REFERENCES support_case (tenant, id)
);
CREATE INDEX case_assessment_case ON case_assessment (tenant, case_id);

CREATE TABLE case_plan (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  aim TEXT NOT NULL,
  wish TEXT NOT NULL,
  agreed_on DATE,
  review_on DATE NOT NULL,
  staff_id UUID NOT NULL,
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  struck_at BIGINT,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, case_id) REFERENCES support_case (tenant, id)
);
CREATE INDEX case_plan_case ON case_plan (tenant, case_id);

CREATE TABLE case_goal (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  plan_id UUID NOT NULL,
  position BIGINT NOT NULL,
  goal TEXT NOT NULL,
  step TEXT NOT NULL,
  who TEXT NOT NULL,
  due_on DATE,
  state TEXT NOT NULL CHECK (state IN ('open', 'reached', 'partly', 'dropped')),
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, plan_id) REFERENCES case_plan (tenant, id)
);
CREATE INDEX case_goal_plan ON case_goal (tenant, plan_id);

CREATE TABLE case_contact (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  person_id UUID,
  contact_on DATE NOT NULL,
  kind TEXT NOT NULL,
  method TEXT NOT NULL,
  body TEXT NOT NULL,
  next_on DATE,
  next_what TEXT NOT NULL,
  next_done_on DATE,
  staff_id UUID NOT NULL,
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  struck_at BIGINT,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, case_id) REFERENCES support_case (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id)
);
CREATE INDEX case_contact_case ON case_contact (tenant, case_id, contact_on);
CREATE INDEX case_contact_next ON case_contact (tenant, staff_id, next_on, id)
  WHERE next_on IS NOT NULL AND next_done_on IS NULL;

CREATE TABLE case_monitoring (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  case_id UUID NOT NULL,
  monitored_on DATE NOT NULL,
  findings TEXT NOT NULL,
  verdict TEXT NOT NULL,
  review_on DATE,
  staff_id UUID NOT NULL,
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  struck_at BIGINT,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, case_id) REFERENCES support_case (tenant, id)
);
CREATE INDEX case_monitoring_case ON case_monitoring (tenant, case_id);
