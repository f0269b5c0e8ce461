-- A prefix is searched as a range, which needs the order of bytes.
ALTER TABLE support_case ALTER COLUMN number TYPE TEXT COLLATE "C";
ALTER TABLE support_case ALTER COLUMN title TYPE TEXT COLLATE "C";
