-- A row names `read person ID,ID;wrote case ID`. The chain is walked in its order, and
-- what is there already stays: a sort would carry the long rows along for every id.
INSERT INTO audit_look (tenant, subject_id, day, once, act, verb, seq)
SELECT a.tenant, unhex(replace(ids.value, '-', '')), (a.at + 32400000000) / 86400000000,
  CASE WHEN part.value LIKE 'read %' AND a.actor IS NOT NULL THEN a.actor ELSE a.request END,
  a.act, substr(part.value, 1, instr(part.value, ' ') - 1), a.seq
FROM audit a
CROSS JOIN json_each('["' || replace(a.detail, ';', '","') || '"]') part
CROSS JOIN json_each('["' || replace(substr(part.value,
  instr(part.value, ' ') + 1 + instr(substr(part.value, instr(part.value, ' ') + 1, 40), ' ')),
  ',', '","') || '"]') ids
WHERE part.value <> ''
ORDER BY a.tenant, a.seq
ON CONFLICT DO NOTHING;
