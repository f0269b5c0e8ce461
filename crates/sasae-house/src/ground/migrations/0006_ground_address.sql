-- Whether a ground for seeing a person opens the address too, where that is hidden. The room that writes
-- the ground says so.
ALTER TABLE ground ADD COLUMN opens_address BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE ground SET opens_address = TRUE WHERE reason = 'team';
