-- The end of the chain, on which the next row follows.
CREATE TABLE audit_head (
  tenant TEXT NOT NULL,
  seq BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (tenant)
);

-- The append-only chain: hash = SHA-256 over prev and the row's own fields.
CREATE TABLE audit (
  tenant TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor UUID,
  actor_label TEXT NOT NULL,
  act TEXT NOT NULL,
  request UUID NOT NULL,
  detail TEXT NOT NULL,
  prev BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (tenant, seq)
);

-- The index behind "who has looked". It tells the pages apart: to see a name in a list and to open
-- the record is not the same. What one reader reads of a record on one day is entered once for each
-- page, with its first time; the chain holds each time.
-- day: days since 1970-01-01 in Japan; once: the reader, or the request where something was written
-- or nobody with a staff record acted.
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
