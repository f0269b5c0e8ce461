-- Figures are counted area by area, from the index alone.
CREATE INDEX fact_area ON fact (tenant, fiscal_year, area_id, occurred_on, kind, month);

-- Lists are read in their own order and stop where the page ends.
CREATE INDEX consultation_received ON consultation (tenant, received_on, id);
CREATE INDEX consultation_urgency ON consultation
  (tenant, (CASE urgency WHEN 'urgent' THEN 0 WHEN 'soon' THEN 1 ELSE 2 END), received_on, id)
  WHERE outcome = 'open';

-- Whether the reader is in the team of what became of a consultation.
CREATE INDEX support_case_consultation ON support_case (tenant, consultation_id);

-- A search by how something begins is a range.
CREATE INDEX support_case_title ON support_case (tenant, title);
CREATE INDEX consultation_what ON consultation (tenant, SUBSTR(what, 1, 40));
