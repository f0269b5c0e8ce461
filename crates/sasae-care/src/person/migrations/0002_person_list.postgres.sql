-- Readings stand in the order of bytes on both engines.
ALTER TABLE person ALTER COLUMN family_kana TYPE TEXT COLLATE "C";
ALTER TABLE person ALTER COLUMN given_kana TYPE TEXT COLLATE "C";
