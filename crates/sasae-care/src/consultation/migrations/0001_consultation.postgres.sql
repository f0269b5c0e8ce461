-- A prefix is searched as a range, which needs the order of bytes.
ALTER TABLE consultation ALTER COLUMN what TYPE TEXT COLLATE "C";
