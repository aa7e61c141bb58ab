-- Whose data retention leaves alone. The reference keeps the employee from being erased.
CREATE TABLE legal_holds (
  employee_id int PRIMARY KEY REFERENCES employees,
  held_since timestamptz NOT NULL,
  held_by text NOT NULL,
  reason text NOT NULL
);

-- Where the rows of held employees go when their day is dropped: one more partition, below all days, so
-- that every query finds them as it did before.
CREATE TABLE employee_heartbeats_held (LIKE employee_heartbeats INCLUDING ALL);
CREATE TABLE employee_logs_held (LIKE employee_logs INCLUDING ALL);
ALTER TABLE employee_heartbeats ATTACH PARTITION employee_heartbeats_held
  FOR VALUES FROM (MINVALUE) TO ('1970-01-01 00:00+00');
ALTER TABLE employee_logs ATTACH PARTITION employee_logs_held
  FOR VALUES FROM (MINVALUE) TO ('1970-01-01');

CREATE OR REPLACE FUNCTION drop_day_partition(parent text, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  partition text := parent || to_char(day, '_YYYYMMDD');
  held text := parent || '_held';
  bound text := (day + 1)::text;
  held_agents int[];
  has_held boolean := false;
BEGIN
  IF parent IS NULL OR parent NOT IN ('employee_heartbeats', 'employee_logs') THEN
    RAISE EXCEPTION '% has no day partitions', parent;
  END IF;
  IF parent = 'employee_heartbeats' THEN
    bound := bound || ' 00:00+00';
  END IF;
  -- Nobody comes under a hold while the day goes.
  LOCK TABLE legal_holds IN SHARE MODE;
  held_agents := ARRAY(SELECT agent_id FROM agents JOIN legal_holds USING (employee_id));
  IF held_agents <> '{}' THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE agent_id = ANY ($1))', partition)
      INTO has_held USING held_agents;
  END IF;
  IF has_held THEN
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, held);
    EXECUTE format('INSERT INTO %I SELECT * FROM %I WHERE agent_id = ANY ($1)', held, partition)
      USING held_agents;
  END IF;
  EXECUTE format('DROP TABLE %I', partition);
  IF has_held THEN
    -- The days before are gone by now, for they are dropped in order.
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)',
                   parent, held, bound);
  END IF;
END
$$;
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION drop_day_partition SET search_path = %I, pg_temp', current_schema());
END
$$;

-- What each run did; the newest month is kept.
CREATE TABLE retention_runs (
  ended_at timestamptz PRIMARY KEY,
  started_at timestamptz NOT NULL,
  counts jsonb NOT NULL
);
