-- A half-written form (下書き): only its writer ever sees it.
CREATE TABLE draft (
  tenant TEXT NOT NULL,
  account_id UUID NOT NULL,
  form TEXT NOT NULL,
  body TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, account_id, form),
  FOREIGN KEY (tenant, account_id) REFERENCES account (tenant, id)
);
