-- A list reads all grounds of its reader: from the index alone, with their days, whoever leads thousands of cases.
DROP INDEX ground_holder;
CREATE INDEX ground_holder ON ground (tenant, holder_id, record_kind, record_id, valid_from, valid_to);
