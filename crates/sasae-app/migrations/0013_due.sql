-- What is due is found by the day on which it is due, among what is still open:
-- of years of roles, cases and contacts that is little.
CREATE INDEX case_role_due ON case_role (tenant, staff_id, due_on, id)
  WHERE state = 'accepted' AND due_on IS NOT NULL AND done_on IS NULL;
CREATE INDEX support_case_agree ON support_case (tenant, lead_staff, intake_at, id)
  WHERE state = 'open' AND agreed_at IS NULL;
CREATE INDEX support_case_review ON support_case (tenant, lead_staff, review_on, id)
  WHERE state = 'open' AND review_on IS NOT NULL;
DROP INDEX case_contact_next;
CREATE INDEX case_contact_next ON case_contact (tenant, staff_id, next_on, id)
  WHERE next_on IS NOT NULL AND next_done_on IS NULL;
CREATE INDEX consultation_open ON consultation (tenant, taken_by, received_on, id) WHERE outcome = 'open';
