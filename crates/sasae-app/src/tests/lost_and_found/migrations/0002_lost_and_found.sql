-- What was found and waits for its owner.
CREATE TABLE lost_item (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  what TEXT NOT NULL,
  found_on DATE NOT NULL,
  area_id UUID NOT NULL,
  owner_id UUID,
  notice_id UUID,
  keeper UUID NOT NULL,
  helper UUID,
  returned_on DATE,
  struck_at BIGINT,
  revision BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, area_id) REFERENCES area (tenant, id),
  FOREIGN KEY (tenant, owner_id) REFERENCES person (tenant, id),
  FOREIGN KEY (tenant, notice_id) REFERENCES notice (tenant, id),
  FOREIGN KEY (tenant, keeper) REFERENCES staff (tenant, id),
  FOREIGN KEY (tenant, helper) REFERENCES staff (tenant, id)
);
CREATE INDEX lost_item_what ON lost_item (tenant, what);
