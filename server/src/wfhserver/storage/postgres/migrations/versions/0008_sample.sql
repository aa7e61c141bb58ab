-- A row where the data are a sample company's; every page says so then.
CREATE TABLE sample (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  seed bigint NOT NULL,
  made_at timestamptz NOT NULL
);
