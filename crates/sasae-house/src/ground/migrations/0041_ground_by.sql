-- By which post a ground is held: it holds only while its holder has a post of that role there or around. An
-- empty role is nobody's: the holder had no such post. NULL stands for grounds that ask for no post.
ALTER TABLE ground ADD COLUMN by_role TEXT;
ALTER TABLE ground ADD COLUMN by_area UUID;
-- What stands is held by the post of its holder that lasts longest.
UPDATE ground SET
  by_role = (SELECT p.role FROM post p WHERE p.tenant = ground.tenant AND p.staff_id = ground.holder_id
    ORDER BY p.valid_to DESC, p.valid_from DESC, p.id LIMIT 1),
  by_area = (SELECT p.area_id FROM post p WHERE p.tenant = ground.tenant AND p.staff_id = ground.holder_id
    ORDER BY p.valid_to DESC, p.valid_from DESC, p.id LIMIT 1)
WHERE reason IN ('team', 'asked', 'entrusted');
-- Whoever may have lost what they held: posts that have ended are few.
CREATE INDEX post_ended ON post (tenant, valid_to, staff_id) WHERE valid_to < '9999-12-31';
