-- A prefix is searched as a range, which needs the order of bytes whatever the
-- language of the database: in ja_JP or ICU order the range would miss names.
ALTER TABLE person_key ALTER COLUMN key TYPE TEXT COLLATE "C";
