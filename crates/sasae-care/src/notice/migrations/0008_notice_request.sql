-- Of whom the decision on a notice asks something: a watcher, an agency, the lead of a case.
CREATE TABLE notice_request (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  notice_id UUID NOT NULL,
  outcome TEXT NOT NULL,
  to_staff UUID,
  to_organisation UUID,
  -- The record to which the notice is handed: a case.
  record_kind TEXT,
  record_id UUID,
  -- Whom the watcher is to watch over, when that is known.
  person_id UUID,
  task TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'accepted', 'declined', 'done', 'withdrawn')),
  asked_at BIGINT NOT NULL,
  asked_by UUID,
  taken_by UUID,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, notice_id) REFERENCES notice (tenant, id),
  FOREIGN KEY (tenant, to_staff) REFERENCES staff (tenant, id),
  FOREIGN KEY (tenant, to_organisation) REFERENCES organisation (tenant, id),
  FOREIGN KEY (tenant, person_id) REFERENCES person (tenant, id),
  FOREIGN KEY (tenant, asked_by) REFERENCES staff (tenant, id),
  FOREIGN KEY (tenant, taken_by) REFERENCES staff (tenant, id)
);
-- One is asked at a time.
CREATE UNIQUE INDEX notice_request_standing ON notice_request (tenant, notice_id) WHERE state IN ('asked', 'accepted', 'done');
CREATE INDEX notice_request_notice ON notice_request (tenant, notice_id, asked_at);
-- Those under way are few, and are looked through for whoever has lost the post.
CREATE INDEX notice_request_open ON notice_request (tenant, asked_at, id) WHERE state IN ('asked', 'accepted');
CREATE INDEX notice_request_person ON notice_request (tenant, person_id);
CREATE INDEX notice_request_taken ON notice_request (tenant, taken_by) WHERE state = 'accepted';
-- The notice that already said the same.
ALTER TABLE notice ADD COLUMN same_as UUID;
CREATE INDEX notice_same_as ON notice (tenant, same_as) WHERE same_as IS NOT NULL;
