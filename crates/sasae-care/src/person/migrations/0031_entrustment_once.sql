-- Two who entrust a person to the same holder in the same moment do it once: the check before the insert cannot
-- see what another transaction has not committed yet.
CREATE UNIQUE INDEX entrustment_once ON entrustment (tenant, person_id, staff_id, valid_from);
