-- Messages that leave; see the room `message`. No text of one holds personal data, and
-- `last_error` holds a code, never what a mail server wrote.
CREATE TABLE message (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  occasion TEXT NOT NULL,
  about_kind TEXT NOT NULL,
  about_id UUID NOT NULL,
  handover_id UUID,
  to_staff UUID,
  to_organisation UUID,
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'sheet')),
  address TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'given_up', 'withdrawn')),
  tries BIGINT NOT NULL,
  next_try_at BIGINT NOT NULL,
  -- One process sends a message at a time: it holds the lease until that moment.
  lease UUID,
  leased_until BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by UUID,
  sent_at BIGINT,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, handover_id) REFERENCES handover (tenant, id),
  FOREIGN KEY (tenant, to_staff) REFERENCES staff (tenant, id),
  FOREIGN KEY (tenant, to_organisation) REFERENCES organisation (tenant, id),
  FOREIGN KEY (tenant, created_by) REFERENCES staff (tenant, id)
);
CREATE INDEX message_due ON message (tenant, next_try_at, id) WHERE state = 'waiting' AND channel = 'mail';
CREATE INDEX message_handover ON message (tenant, handover_id);
CREATE INDEX message_about ON message (tenant, about_id);
CREATE INDEX message_created ON message (tenant, created_at, id);
CREATE INDEX message_own ON message (tenant, created_by, created_at, id);
CREATE INDEX message_state ON message (tenant, state);

-- Where somebody who acts wants to be told; without a row, not at all.
CREATE TABLE staff_mail (
  tenant TEXT NOT NULL,
  staff_id UUID NOT NULL,
  mail TEXT NOT NULL,
  wanted BOOLEAN NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, staff_id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id)
);

-- Where an organisation is told: by mail, or by a sheet for its fax.
CREATE TABLE organisation_mail (
  tenant TEXT NOT NULL,
  organisation_id UUID NOT NULL,
  mail TEXT NOT NULL,
  fax TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by UUID,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, organisation_id),
  FOREIGN KEY (tenant, organisation_id) REFERENCES organisation (tenant, id)
);
