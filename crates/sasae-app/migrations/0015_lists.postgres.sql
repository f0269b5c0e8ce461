-- A prefix is searched as a range, which needs the order of bytes (see 0006_person).
ALTER TABLE support_case ALTER COLUMN number TYPE TEXT COLLATE "C";
ALTER TABLE support_case ALTER COLUMN title TYPE TEXT COLLATE "C";
ALTER TABLE consultation ALTER COLUMN what TYPE TEXT COLLATE "C";
