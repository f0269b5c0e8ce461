CREATE TABLE account (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  staff_id UUID NOT NULL,
  login TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  totp_secret TEXT,
  totp_confirmed_at BIGINT,
  totp_last_step BIGINT,
  failed BIGINT NOT NULL,
  locked_until BIGINT,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id)
);
CREATE UNIQUE INDEX account_login ON account (tenant, login);
CREATE INDEX account_staff ON account (tenant, staff_id);

CREATE TABLE recovery_code (
  tenant TEXT NOT NULL,
  account_id UUID NOT NULL,
  code_hash BYTEA NOT NULL,
  used_at BIGINT,
  PRIMARY KEY (tenant, account_id, code_hash),
  FOREIGN KEY (tenant, account_id) REFERENCES account (tenant, id)
);

-- The token itself is only in the cookie; the row holds its SHA-256.
CREATE TABLE session (
  tenant TEXT NOT NULL,
  token_hash BYTEA NOT NULL,
  account_id UUID NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  second_factor_pending BOOLEAN NOT NULL,
  agent TEXT NOT NULL,
  PRIMARY KEY (tenant, token_hash),
  FOREIGN KEY (tenant, account_id) REFERENCES account (tenant, id)
);
CREATE INDEX session_account ON session (tenant, account_id);
