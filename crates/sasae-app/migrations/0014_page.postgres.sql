-- A row names `read person ID,ID;wrote case ID`.
INSERT INTO audit_look (tenant, subject_id, day, once, act, verb, seq)
SELECT tenant, id, (at + 32400000000) / 86400000000,
  CASE WHEN verb = 'read' AND actor IS NOT NULL THEN actor ELSE request END, act, verb, MIN(seq)
FROM (
  SELECT a.tenant, a.seq, a.at, a.actor, a.request, a.act, ids.id::uuid AS id, split_part(part.text, ' ', 1) AS verb
  FROM audit a
  CROSS JOIN LATERAL regexp_split_to_table(a.detail, ';') AS part (text)
  CROSS JOIN LATERAL regexp_split_to_table(split_part(part.text, ' ', 3), ',') AS ids (id)
  WHERE part.text <> ''
) AS named
GROUP BY 1, 2, 3, 4, 5, 6;
