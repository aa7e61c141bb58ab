-- Who stores heartbeats need not be allowed to make tables. These two run as the owner of the schema,
-- and make and drop the day partitions of two tables, nothing else.

CREATE FUNCTION make_day_partition(parent text, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  partition text := parent || to_char(day, '_YYYYMMDD');
  first text := day::text;
  next text := (day + 1)::text;
BEGIN
  IF parent = 'employee_heartbeats' THEN
    -- Days of UTC, whatever the zone of the session is.
    first := first || ' 00:00+00';
    next := next || ' 00:00+00';
  ELSIF parent IS DISTINCT FROM 'employee_logs' THEN
    RAISE EXCEPTION '% has no day partitions', parent;
  END IF;
  -- CREATE TABLE ... PARTITION OF would stop everybody's inserts; ATTACH does not.
  EXECUTE format(
    'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)',
    partition, parent);
  EXECUTE format(
    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    parent, partition, first, next);
END
$$;

CREATE FUNCTION drop_day_partition(parent text, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF parent IS NULL OR parent NOT IN ('employee_heartbeats', 'employee_logs') THEN
    RAISE EXCEPTION '% has no day partitions', parent;
  END IF;
  EXECUTE format('DROP TABLE %I', parent || to_char(day, '_YYYYMMDD'));
END
$$;

-- Names mean what they mean here, not what the caller's search_path or temporary tables say.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION make_day_partition SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION drop_day_partition SET search_path = %I, pg_temp', current_schema());
END
$$;
REVOKE EXECUTE ON FUNCTION make_day_partition, drop_day_partition FROM PUBLIC;
