-- A row names `read person ID,ID;wrote case ID`.
INSERT INTO audit_look (tenant, subject_id, day, once, act, verb, seq)
SELECT tenant, unhex(replace(id, '-', '')), (at + 32400000000) / 86400000000,
  CASE WHEN verb = 'read' AND actor IS NOT NULL THEN actor ELSE request END, act, verb, MIN(seq)
FROM (
  SELECT a.tenant, a.seq, a.at, a.actor, a.request, a.act, ids.value AS id,
    substr(part.value, 1, instr(part.value, ' ') - 1) AS verb
  FROM audit a
  JOIN json_each('["' || replace(a.detail, ';', '","') || '"]') part ON part.value <> ''
  JOIN json_each('["' || replace(substr(substr(part.value, instr(part.value, ' ') + 1),
    instr(substr(part.value, instr(part.value, ' ') + 1), ' ') + 1), ',', '","') || '"]') ids
) AS named
GROUP BY 1, 2, 3, 4, 5, 6;
