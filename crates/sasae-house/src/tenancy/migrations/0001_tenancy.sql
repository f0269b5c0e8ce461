-- A municipality that uses this installation, and the profile that it follows.
CREATE TABLE tenant (
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  profile TEXT NOT NULL,
  profile_text TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant)
);

-- What the profile says of a role, as the row rules need it.
CREATE TABLE role (
  tenant TEXT NOT NULL,
  code TEXT NOT NULL,
  label_ja TEXT NOT NULL,
  label_en TEXT NOT NULL,
  tier TEXT NOT NULL,
  reach TEXT NOT NULL CHECK (reach IN ('area', 'hands', 'figures')),
  PRIMARY KEY (tenant, code)
);

CREATE TABLE role_function (
  tenant TEXT NOT NULL,
  role TEXT NOT NULL,
  function TEXT NOT NULL,
  PRIMARY KEY (tenant, role, function),
  FOREIGN KEY (tenant, role) REFERENCES role (tenant, code)
);
