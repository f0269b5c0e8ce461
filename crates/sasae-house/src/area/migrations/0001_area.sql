-- Validity is inclusive on both sides; 9999-12-31 means "no end known".
CREATE TABLE area (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  tier TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  households BIGINT,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX area_code ON area (tenant, tier, code, valid_from);

-- Several hierarchies may overlap; a child may have a parent in each.
CREATE TABLE area_parent (
  tenant TEXT NOT NULL,
  child_id UUID NOT NULL,
  parent_id UUID NOT NULL,
  hierarchy TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  PRIMARY KEY (tenant, child_id, parent_id, valid_from),
  FOREIGN KEY (tenant, child_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, parent_id) REFERENCES area (tenant, id),
  CHECK (valid_from <= valid_to)
);
CREATE INDEX area_parent_parent ON area_parent (tenant, parent_id);

-- The closure of area_parent, each area within itself too: an index that
-- area::store rebuilds whenever the tree changes.
CREATE TABLE area_within (
  tenant TEXT NOT NULL,
  ancestor_id UUID NOT NULL,
  area_id UUID NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  PRIMARY KEY (tenant, ancestor_id, area_id, valid_from),
  FOREIGN KEY (tenant, ancestor_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id)
) /* WITHOUT ROWID */;
CREATE INDEX area_within_area ON area_within (tenant, area_id);

CREATE TABLE town (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  municipality TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kana TEXT NOT NULL,
  name_key TEXT NOT NULL,
  latitude DOUBLE PRECISION,
  longitude DOUBLE PRECISION,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX town_code ON town (tenant, municipality, code, valid_from);
CREATE INDEX town_name ON town (tenant, name_key);

CREATE TABLE town_area (
  tenant TEXT NOT NULL,
  town_id UUID NOT NULL,
  area_id UUID NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  PRIMARY KEY (tenant, town_id, area_id, valid_from),
  FOREIGN KEY (tenant, town_id) REFERENCES town (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id)
);
CREATE INDEX town_area_area ON town_area (tenant, area_id);
