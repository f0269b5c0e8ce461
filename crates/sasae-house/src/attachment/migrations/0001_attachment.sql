-- Files with records; see the room `attachment`. What a file holds stands in the folder of
-- attachments under its SHA-256. A row that was erased stays, without name and note.
CREATE TABLE attachment (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id UUID NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  note TEXT NOT NULL,
  uploaded_at BIGINT NOT NULL,
  uploaded_by UUID NOT NULL,
  erased_at BIGINT,
  erased_by UUID,
  erased_reason TEXT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, uploaded_by) REFERENCES staff (tenant, id),
  FOREIGN KEY (tenant, erased_by) REFERENCES staff (tenant, id),
  CONSTRAINT attachment_erased CHECK (
    (erased_at IS NULL AND erased_by IS NULL AND erased_reason = '')
    OR (erased_at IS NOT NULL AND erased_by IS NOT NULL AND erased_reason <> '' AND name = '' AND note = '')
  )
);
CREATE INDEX attachment_subject ON attachment (tenant, subject_id, uploaded_at, id);
CREATE INDEX attachment_sha256 ON attachment (tenant, sha256);
