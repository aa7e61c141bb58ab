-- Employees who left, and what an undo within a day brings back. Teams and agents are numbers.
CREATE TABLE departures (
  employee_id int PRIMARY KEY REFERENCES employees ON DELETE CASCADE,
  left_at timestamptz NOT NULL,
  left_by text NOT NULL,
  undo_until timestamptz NOT NULL,
  -- Null: retention deletes the data, day after day.
  erase_on date,
  -- Null: the employee opens "My data" no longer.
  my_data_until timestamptz,
  status_before text NOT NULL,
  teams int[] NOT NULL,
  -- Each managed team, and in the same place of the second array the user who managed it.
  managed_teams int[] NOT NULL,
  managers int[] NOT NULL,
  agents int[] NOT NULL,
  -- Null where there was a block already.
  block_id int,
  placed_hold boolean NOT NULL,
  disabled_users text[] NOT NULL
);
CREATE INDEX departures_erase_on ON departures (erase_on) WHERE erase_on IS NOT NULL;

-- A link of an administrator for somebody who left; it opens the page until it expires.
ALTER TABLE my_data_links ADD COLUMN is_reusable boolean NOT NULL DEFAULT false;
