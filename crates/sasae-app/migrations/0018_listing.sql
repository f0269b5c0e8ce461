-- What somebody took out of a list as a file, with its purpose; see the room `listing`.
CREATE TABLE export (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  staff_id UUID NOT NULL,
  list TEXT NOT NULL,
  query TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('workbook', 'csv', 'csv_cp932')),
  purpose TEXT NOT NULL,
  row_count BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id)
);
CREATE INDEX export_staff ON export (tenant, staff_id, asked_at);

-- A list as somebody wants to see it again: its conditions, order and columns.
CREATE TABLE saved_view (
  tenant TEXT NOT NULL,
  id UUID NOT NULL,
  staff_id UUID NOT NULL,
  list TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, staff_id) REFERENCES staff (tenant, id)
);
CREATE UNIQUE INDEX saved_view_name ON saved_view (tenant, staff_id, list, name);

-- Lists of notices are read in their own order and stop where the page ends.
CREATE INDEX notice_received ON notice (tenant, received_at, id);
CREATE INDEX notice_urgent ON notice (tenant, urgent DESC, received_at, id) WHERE state <> 'finished';
CREATE INDEX notice_reporter ON notice (tenant, reporter_staff) WHERE reporter_staff IS NOT NULL;

-- What one took in, whatever came of it: a list of one who sees no area begins there.
CREATE INDEX consultation_taken ON consultation (tenant, taken_by);

-- Of years of notices and consultations few are open: those are found in their order at once.
CREATE INDEX notice_open ON notice (tenant, received_at, id) WHERE state <> 'finished';
CREATE INDEX consultation_open_received ON consultation (tenant, received_on, id) WHERE outcome = 'open';
