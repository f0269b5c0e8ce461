-- Which area goes on where one has ended. A successor that was only proposed takes new records; one that a
-- list or a person has named takes over posts, sight and open records too.
CREATE TABLE area_successor (
  tenant TEXT NOT NULL,
  area_id UUID NOT NULL,
  successor_id UUID NOT NULL,
  named BOOLEAN NOT NULL,
  PRIMARY KEY (tenant, area_id, successor_id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, successor_id) REFERENCES area (tenant, id)
);
-- What was cut anew before goes on in its next cut.
INSERT INTO area_successor (tenant, area_id, successor_id, named)
SELECT a.tenant, a.id, b.id, TRUE FROM area a
JOIN area b ON b.tenant = a.tenant AND b.tier = a.tier AND b.code = a.code AND b.valid_from > a.valid_to
WHERE NOT EXISTS (
  SELECT 1 FROM area c WHERE c.tenant = a.tenant AND c.tier = a.tier AND c.code = a.code
  AND c.valid_from > a.valid_to AND c.valid_from < b.valid_from);
