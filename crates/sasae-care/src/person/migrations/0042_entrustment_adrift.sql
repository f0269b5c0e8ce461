-- The person has moved away from where the one who has them in their hands works: someone else is to take over.
ALTER TABLE entrustment ADD COLUMN adrift BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE entrustment SET adrift = TRUE WHERE valid_to >= CURRENT_DATE AND NOT EXISTS (
  SELECT 1 FROM post t JOIN role g ON g.tenant = t.tenant AND g.code = t.role AND g.reach <> 'figures'
  JOIN area_within w ON w.tenant = t.tenant AND w.ancestor_id = t.area_id
  AND w.valid_from <= CURRENT_DATE AND w.valid_to >= CURRENT_DATE
  JOIN person p ON p.tenant = t.tenant AND p.area_id = w.area_id
  WHERE t.tenant = entrustment.tenant AND t.staff_id = entrustment.staff_id AND p.id = entrustment.person_id);
CREATE INDEX entrustment_adrift ON entrustment (tenant, person_id) WHERE adrift;
