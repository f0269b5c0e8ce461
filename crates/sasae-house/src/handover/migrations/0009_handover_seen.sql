-- When whoever handed it on has seen the answer.
ALTER TABLE handover ADD COLUMN answer_seen_at BIGINT;
CREATE INDEX handover_unseen ON handover (tenant, from_staff, answered_at, id)
  WHERE answer_seen_at IS NULL AND answered_at IS NOT NULL;
