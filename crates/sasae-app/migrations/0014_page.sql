-- Lists by what is open have taken the place of these; each costs every save something.
DROP INDEX support_case_lead;
DROP INDEX consultation_taken;

-- The index behind "who has looked" tells the pages apart: to see a name in a list and
-- to open the record is not the same. What one reader reads of a record on one day is
-- entered once for each page, with its first time. It is made anew from the chain.
-- day: days since 1970-01-01 in Japan; once: the reader, or the request where
-- something was written or nobody with a staff record acted.
DROP TABLE audit_look;
CREATE TABLE audit_look (
  tenant TEXT NOT NULL,
  subject_id UUID NOT NULL,
  day BIGINT NOT NULL,
  once UUID NOT NULL,
  act TEXT NOT NULL,
  verb TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (tenant, subject_id, day, once, act, verb)
) /* WITHOUT ROWID */;
