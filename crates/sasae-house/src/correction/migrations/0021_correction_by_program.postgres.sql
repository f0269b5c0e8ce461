ALTER TABLE correction ALTER COLUMN corrected_by DROP NOT NULL;
