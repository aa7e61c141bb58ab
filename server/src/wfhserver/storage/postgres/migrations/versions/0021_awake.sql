-- The reason of a missed log holds no local time: whoever shows it knows the reader's zone.
ALTER TABLE employee_missed_logs
  ADD COLUMN awake_from timestamptz,
  ADD COLUMN awake_until timestamptz;
