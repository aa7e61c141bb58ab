-- What administrators enter about employees. Two of them have no e-mail address in common: writers
-- take one lock and look, for an import may swap addresses.
ALTER TABLE employees
  ADD COLUMN display_name text,
  ADD COLUMN email text,
  ADD COLUMN manager_id int REFERENCES employees ON DELETE SET NULL,
  ADD COLUMN time_zone text,
  ADD COLUMN country text,
  ADD COLUMN region text,
  ADD COLUMN status text NOT NULL DEFAULT 'active'
    CONSTRAINT employees_status_check CHECK (status IN ('active', 'on_leave', 'left'));
CREATE INDEX employees_manager_id ON employees (manager_id) WHERE manager_id IS NOT NULL;

-- The last import, which can be undone; there is one row at most.
CREATE TABLE employee_imports (
  import_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  imported_at timestamptz NOT NULL,
  imported_by text NOT NULL
);

-- Whom the last import added (*before* is null) or changed. Managers and teams are numbers, so that
-- an erasure leaves no name here.
CREATE TABLE employee_import_rows (
  employee_id int PRIMARY KEY REFERENCES employees ON DELETE CASCADE,
  import_id int NOT NULL REFERENCES employee_imports ON DELETE CASCADE,
  before jsonb,
  after jsonb
);
CREATE INDEX employee_import_rows_import_id ON employee_import_rows (import_id);
