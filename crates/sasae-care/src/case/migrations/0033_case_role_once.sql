-- Two who ask for the same role in the same moment ask once: what holds today is unique, what has ended is not.
CREATE UNIQUE INDEX case_role_of_staff_once ON case_role (tenant, case_id, staff_id, role)
  WHERE valid_to = '9999-12-31' AND done_on IS NULL AND staff_id IS NOT NULL AND state IN ('asked', 'accepted');
CREATE UNIQUE INDEX case_role_of_organisation_once ON case_role (tenant, case_id, organisation_id, role)
  WHERE valid_to = '9999-12-31' AND done_on IS NULL AND staff_id IS NULL AND state IN ('asked', 'accepted');
