-- Device activity of a day of the time zone *zone*, counted from heartbeats; *seconds* are those
-- between heartbeats that followed each other. The row of today changes every few minutes.
CREATE TABLE attendance_days (
  employee_id int NOT NULL REFERENCES employees ON DELETE CASCADE,
  day date NOT NULL,
  zone text NOT NULL,
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  seconds int NOT NULL,
  PRIMARY KEY (employee_id, day)
) WITH (fillfactor = 80);

-- Heartbeats of days that may be counted already: *day* is that of UTC. Nothing is unique here, so
-- that storing heartbeats never waits for the count.
CREATE TABLE attendance_late (
  agent_id int NOT NULL,
  day date NOT NULL,
  marked_at timestamptz NOT NULL
);

-- Until when heartbeats are counted, but for those; without a row, nothing is.
CREATE TABLE attendance_count (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  counted_until timestamptz NOT NULL
);
