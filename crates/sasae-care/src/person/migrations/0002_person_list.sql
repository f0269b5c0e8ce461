-- The list of persons is read in the order of readings and stops where the page ends.
CREATE INDEX person_name ON person (tenant, family_kana, given_kana, id);
