-- The append-only chain: hash = SHA-256 over prev and the row's own fields.
CREATE TABLE audit_head (
  tenant TEXT NOT NULL,
  seq BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (tenant)
);
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
-- Which rows of the chain name a record: the index behind "who has looked".
CREATE TABLE audit_subject (
  tenant TEXT NOT NULL,
  subject_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  verb TEXT NOT NULL,
  PRIMARY KEY (tenant, subject_id, seq, verb)
) /* WITHOUT ROWID */;
