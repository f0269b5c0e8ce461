-- When a case was struck out that was opened by mistake: it stands in no list, figure or due row any
-- more, and opens still.
ALTER TABLE support_case ADD COLUMN struck_at BIGINT;
CREATE INDEX support_case_struck ON support_case (tenant, opened_at, id) WHERE struck_at IS NOT NULL;
