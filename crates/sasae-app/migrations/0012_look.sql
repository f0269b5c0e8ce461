-- The index behind "who has looked" grows with what is known, not with every page:
-- what one reader reads of a record on one day is entered once. The chain holds each time.
-- day: days since 1970-01-01 in Japan; once: the reader, or the request where
-- something was written or nobody with a staff record acted.
CREATE TABLE audit_look (
  tenant TEXT NOT NULL,
  subject_id UUID NOT NULL,
  day BIGINT NOT NULL,
  once UUID NOT NULL,
  verb TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (tenant, subject_id, day, once, verb)
) /* WITHOUT ROWID */;
INSERT INTO audit_look (tenant, subject_id, day, once, verb, seq)
SELECT s.tenant, s.subject_id, (a.at + 32400000000) / 86400000000,
  CASE WHEN s.verb = 'read' AND a.actor IS NOT NULL THEN a.actor ELSE a.request END, s.verb, MIN(s.seq)
FROM audit_subject s JOIN audit a ON a.tenant = s.tenant AND a.seq = s.seq
GROUP BY 1, 2, 3, 4, 5;
DROP TABLE audit_subject;
