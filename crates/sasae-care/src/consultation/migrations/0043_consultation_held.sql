-- With whom an open consultation lies, and where they held the post by which they took it: who took it stays as
-- it was, also where somebody else goes on with it.
ALTER TABLE consultation ADD COLUMN held_by UUID;
ALTER TABLE consultation ADD COLUMN held_in UUID;
UPDATE consultation SET held_by = taken_by, held_in = area_id;
DROP INDEX consultation_open;
CREATE INDEX consultation_open ON consultation (tenant, held_by, received_on, id) WHERE outcome = 'open';
DROP INDEX consultation_taken;
CREATE INDEX consultation_held ON consultation (tenant, held_by);
