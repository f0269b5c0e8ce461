CREATE TABLE person (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  family_kana TEXT NOT NULL,
  given_kana TEXT NOT NULL,
  birth_on DATE,
  sex TEXT NOT NULL,
  area_id UUID NOT NULL,
  town_id UUID,
  address TEXT NOT NULL,
  address_key TEXT NOT NULL,
  phone TEXT NOT NULL,
  phone_key TEXT NOT NULL,
  care_level TEXT NOT NULL,
  language TEXT NOT NULL,
  communication TEXT NOT NULL,
  note TEXT NOT NULL,
  died_on DATE,
  moved_out_on DATE,
  source TEXT NOT NULL,
  source_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by UUID,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, town_id) REFERENCES town (tenant, id)
);
CREATE UNIQUE INDEX person_source ON person (tenant, source, source_key);
CREATE INDEX person_birth ON person (tenant, birth_on);
CREATE INDEX person_area ON person (tenant, area_id);
CREATE INDEX person_phone ON person (tenant, phone_key);

-- Folded keys by which a person is found: whole name, given name, in kanji
-- and in kana. Prefixes are searched as ranges.
CREATE TABLE person_key (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  person_id UUID NOT NULL,
  -- A search walks the keys and looks only at persons of the reader's areas.
  area_id UUID,
  PRIMARY KEY (tenant, key, person_id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id)
) /* WITHOUT ROWID */;
CREATE INDEX person_key_person ON person_key (tenant, person_id);

CREATE TABLE household (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  area_id UUID NOT NULL,
  address TEXT NOT NULL,
  note TEXT NOT NULL,
  source_key TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id)
);

CREATE TABLE household_member (
  tenant TEXT NOT NULL,
  household_id UUID NOT NULL,
  person_id UUID NOT NULL,
  relation TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  PRIMARY KEY (tenant, household_id, person_id, valid_from),
  FOREIGN KEY (tenant, household_id) REFERENCES household (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id)
);
CREATE INDEX household_member_person ON household_member (tenant, person_id);

-- 'sealed': only those named for this very person see the record (DV, abuse).
-- 'barred': the staff named may not see it, whatever else would let them.
-- 'address': the address shows only to those whom a seal would let in.
CREATE TABLE restriction (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('sealed', 'barred', 'address')),
  against_staff UUID,
  reason TEXT NOT NULL,
  reported_on DATE,
  reported_to TEXT NOT NULL,
  note TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  decided_by UUID NOT NULL,
  decided_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id),
  FOREIGN KEY (tenant, against_staff) REFERENCES staff (tenant, id)
);
CREATE INDEX restriction_person ON restriction (tenant, person_id, kind);

-- A person entrusted to a 民生委員 or 福祉協力員 for a time; the watch builds on it.
CREATE TABLE entrustment (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  staff_id UUID NOT NULL,
  reason TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  entrusted_by UUID,
  entrusted_at BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id),
  CHECK (valid_from <= valid_to)
);
CREATE INDEX entrustment_person ON entrustment (tenant, person_id);
CREATE INDEX entrustment_staff ON entrustment (tenant, staff_id);
