-- Adds 1 with everything that can change the employee's planned days. 0: there was never a calendar.
ALTER TABLE employees ADD COLUMN calendar_revision int NOT NULL DEFAULT 0;

-- Working hours by weekday, from a date until the next row of the same team, employee or company
-- (neither of both). Without a week, from that date on what is less specific holds again.
CREATE TABLE schedules (
  schedule_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id int REFERENCES teams ON DELETE CASCADE,
  employee_id int REFERENCES employees ON DELETE CASCADE,
  valid_from date NOT NULL,
  week jsonb,
  CHECK (team_id IS NULL OR employee_id IS NULL)
);
CREATE UNIQUE INDEX schedules_of
    ON schedules (coalesce(team_id, 0), coalesce(employee_id, 0), valid_from);
CREATE INDEX schedules_team_id ON schedules (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX schedules_employee_id ON schedules (employee_id) WHERE employee_id IS NOT NULL;

-- Whose public holidays hold; without a country, none do.
CREATE TABLE holiday_regions (
  region_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id int REFERENCES teams ON DELETE CASCADE,
  employee_id int REFERENCES employees ON DELETE CASCADE,
  country text,
  region text,
  CHECK (team_id IS NULL OR employee_id IS NULL),
  CHECK (region IS NULL OR country IS NOT NULL)
);
CREATE UNIQUE INDEX holiday_regions_of
    ON holiday_regions (coalesce(team_id, 0), coalesce(employee_id, 0));
CREATE INDEX holiday_regions_team_id ON holiday_regions (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX holiday_regions_employee_id
    ON holiday_regions (employee_id) WHERE employee_id IS NOT NULL;

-- Days that are holidays here and not there, or the other way round.
CREATE TABLE holiday_changes (
  change_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  team_id int REFERENCES teams ON DELETE CASCADE,
  employee_id int REFERENCES employees ON DELETE CASCADE,
  day date NOT NULL,
  is_holiday boolean NOT NULL,
  name text,
  CHECK (team_id IS NULL OR employee_id IS NULL)
);
CREATE UNIQUE INDEX holiday_changes_of
    ON holiday_changes (coalesce(team_id, 0), coalesce(employee_id, 0), day);
CREATE INDEX holiday_changes_team_id ON holiday_changes (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX holiday_changes_employee_id
    ON holiday_changes (employee_id) WHERE employee_id IS NOT NULL;

-- Calendars that leave is read from; without an employee, events name theirs.
CREATE TABLE leave_feeds (
  feed_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  url text NOT NULL,
  employee_id int REFERENCES employees ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  fetched_at timestamptz,
  problem text,
  range_count int NOT NULL DEFAULT 0,
  unmatched_count int NOT NULL DEFAULT 0
);
CREATE INDEX leave_feeds_employee_id ON leave_feeds (employee_id) WHERE employee_id IS NOT NULL;

-- Nothing here says why somebody is on leave. Ranges that people entered do not overlap: writers
-- take a lock and look.
CREATE TABLE leave_ranges (
  leave_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  employee_id int NOT NULL REFERENCES employees ON DELETE CASCADE,
  first_day date NOT NULL,
  last_day date NOT NULL,
  feed_id int REFERENCES leave_feeds ON DELETE CASCADE,
  CHECK (first_day <= last_day)
);
CREATE INDEX leave_ranges_employee_id ON leave_ranges (employee_id, first_day);
CREATE INDEX leave_ranges_last_day ON leave_ranges (last_day);
CREATE INDEX leave_ranges_feed_id ON leave_ranges (feed_id) WHERE feed_id IS NOT NULL;
