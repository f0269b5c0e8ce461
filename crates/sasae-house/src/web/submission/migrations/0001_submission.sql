-- One row per accepted submission: the same key again is answered with the
-- place that the first one led to.
CREATE TABLE once (
  tenant TEXT NOT NULL,
  actor TEXT NOT NULL,
  key UUID NOT NULL,
  fingerprint BYTEA NOT NULL,
  location TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant, actor, key)
);
