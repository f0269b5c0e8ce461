-- Why somebody leads a case from a day on, and that a new lead has not taken note of it yet.
ALTER TABLE case_role ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE case_role ADD COLUMN unseen BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX case_role_unseen ON case_role (tenant, staff_id, valid_from, id) WHERE unseen;
-- Whoever is only asked for a role sees the case for a reason of their own.
UPDATE ground SET reason = 'asked' WHERE reason = 'team' AND EXISTS (
  SELECT 1 FROM case_role r WHERE r.tenant = ground.tenant AND r.id = ground.source_id AND r.state = 'asked');
-- A request that was withdrawn is settled as such; the words for it are the reader's.
UPDATE handover SET outcome = 'withdrawn', answer = '' WHERE kind = 'role' AND outcome = 'passed_on';
