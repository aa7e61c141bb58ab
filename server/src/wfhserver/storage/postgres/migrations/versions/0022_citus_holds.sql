-- As before, but for the `1`: Citus refuses an empty list of columns on a distributed table.
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
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE agent_id = ANY ($1))', partition)
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
