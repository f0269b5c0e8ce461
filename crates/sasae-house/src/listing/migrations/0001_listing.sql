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
