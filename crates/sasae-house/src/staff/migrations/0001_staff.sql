CREATE TABLE organisation (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  name_key TEXT NOT NULL,
  area_id UUID,
  address TEXT NOT NULL,
  phone TEXT NOT NULL,
  url TEXT NOT NULL,
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION,
  source TEXT NOT NULL,
  source_key TEXT NOT NULL,
  verified_on DATE,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id)
);
CREATE UNIQUE INDEX organisation_source ON organisation (tenant, source, source_key);
CREATE INDEX organisation_name ON organisation (tenant, name_key);

-- A window or place of activity (窓口・拠点): where people come, with its hours.
CREATE TABLE base (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  organisation_id UUID NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  area_id UUID NOT NULL,
  functions TEXT NOT NULL,
  hours TEXT NOT NULL,
  phone TEXT NOT NULL,
  address TEXT NOT NULL,
  opened_on DATE NOT NULL,
  closed_on DATE NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, organisation_id) REFERENCES organisation (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id)
);
CREATE INDEX base_organisation ON base (tenant, organisation_id);

CREATE TABLE staff (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  name_key TEXT NOT NULL,
  organisation_id UUID,
  phone TEXT NOT NULL,
  source_key TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, organisation_id) REFERENCES organisation (tenant, id)
);
CREATE UNIQUE INDEX staff_source ON staff (tenant, source_key);

CREATE TABLE post (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  staff_id UUID NOT NULL,
  role TEXT NOT NULL,
  area_id UUID NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id),
  FOREIGN KEY (tenant, role) REFERENCES role (tenant, code),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id),
  CHECK (valid_from <= valid_to)
);
CREATE INDEX post_staff ON post (tenant, staff_id);
CREATE INDEX post_area ON post (tenant, area_id, role);
