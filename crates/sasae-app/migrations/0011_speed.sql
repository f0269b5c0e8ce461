-- A search walks the keys and looks only at persons of the reader's areas.
ALTER TABLE person_key ADD COLUMN area_id UUID;
UPDATE person_key SET area_id = (SELECT p.area_id FROM person p
  WHERE p.tenant = person_key.tenant AND p.id = person_key.person_id);

-- Of years of roles and contacts few are under way: those that hold today,
-- and those promised and not yet kept.
DROP INDEX case_role_staff;
CREATE INDEX case_role_staff ON case_role (tenant, staff_id, valid_to);
DROP INDEX case_contact_next;
CREATE INDEX case_contact_next ON case_contact (tenant, staff_id, next_on)
  WHERE next_on IS NOT NULL AND next_done_on IS NULL;
