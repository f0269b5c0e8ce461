-- By which key the last row of the chain was written; empty for none. The key itself is never in the database.
ALTER TABLE audit_head ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
