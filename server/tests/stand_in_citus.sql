-- What Citus answers to the calls of `wfhserver db distribute` and to changes of distributed tables.
-- It moves no rows and plans no queries: it refuses what Citus refuses, and remembers the rest.

CREATE TABLE pg_dist_node (
  nodename text PRIMARY KEY,
  isactive boolean NOT NULL DEFAULT true,
  shouldhaveshards boolean NOT NULL DEFAULT true
);
CREATE TABLE pg_dist_partition (
  logicalrelid regclass PRIMARY KEY,
  partkey text NOT NULL,
  colocationid int NOT NULL
);

CREATE FUNCTION create_distributed_table(
  table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
  colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wrong record;
  place int := 1;
BEGIN
  IF EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = table_name) THEN
    RAISE EXCEPTION 'table "%" is already distributed', table_name;
  END IF;
  PERFORM FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column
      AND attnotnull AND NOT attisdropped;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'column "%" of "%" cannot be the distribution column', distribution_column,
      table_name;
  END IF;
  -- Of the table and of each of its partitions.
  FOR wrong IN
    SELECT i.indexrelid::regclass AS name FROM pg_index AS i
     WHERE (i.indrelid = table_name
            OR i.indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = table_name))
       AND (i.indisunique OR i.indisexclusion)
       AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = i.indrelid
                          AND a.attname = distribution_column AND a.attnum = ANY (i.indkey))
  LOOP
    RAISE EXCEPTION 'cannot create constraint on "%": % does not include the distribution column',
      table_name, wrong.name;
  END LOOP;
  FOR wrong IN
    SELECT conname AS name FROM pg_constraint
     WHERE contype = 'f' AND table_name IN (conrelid, confrelid)
  LOOP
    RAISE EXCEPTION 'foreign key % between a distributed and a local table', wrong.name;
  END LOOP;
  FOR wrong IN
    SELECT attname AS name FROM pg_attribute
     WHERE attrelid = table_name AND attidentity <> '' AND atttypid <> 'bigint'::regtype
  LOOP
    RAISE EXCEPTION 'identity column % is smaller than bigint', wrong.name;
  END LOOP;
  PERFORM FROM pg_trigger WHERE tgrelid = table_name AND NOT tgisinternal;
  IF FOUND THEN
    RAISE EXCEPTION 'triggers are not supported on distributed tables';
  END IF;
  IF colocate_with NOT IN ('default', 'none') THEN
    SELECT p.colocationid INTO STRICT place FROM pg_dist_partition AS p
     WHERE p.logicalrelid = colocate_with::regclass;
  END IF;
  INSERT INTO pg_dist_partition VALUES (table_name, distribution_column, place);
END
$$;

CREATE FUNCTION truncate_local_data_after_distributing_table(table_name regclass) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM pg_dist_partition AS p WHERE p.logicalrelid = table_name;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'supplied parameter is not a distributed relation';
  END IF;
END
$$;

-- What a real Citus refused when the tests ran on one: several commands at once that change a
-- distributed table, and such a change while shards are changed side by side.
CREATE FUNCTION refuse_as_citus_does() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
  changed text := (
    SELECT object_identity FROM pg_event_trigger_ddl_commands()
      JOIN pg_dist_partition AS p ON objid = p.logicalrelid
     WHERE classid = 'pg_class'::regclass LIMIT 1);
BEGIN
  IF changed IS NULL THEN
    RETURN;
  END IF;
  IF regexp_replace(current_query(), '''[^'']*''|\$\w*\$.*\$\w*\$', '', 'g') ~ ';\s*\S' THEN
    RAISE EXCEPTION 'cannot insert multiple commands into a prepared statement';
  END IF;
  IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
    RAISE EXCEPTION 'canceling the transaction since it was involved in a distributed deadlock';
  END IF;
END
$$;
CREATE EVENT TRIGGER as_citus ON ddl_command_end WHEN TAG IN ('ALTER TABLE')
  EXECUTE FUNCTION refuse_as_citus_does();

-- CREATE EXTENSION would look for files next to PostgreSQL's own.
SET allow_system_table_mods = on;
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
VALUES (16000, 'citus', current_user::regrole, 'public'::regnamespace, false, 'stand-in');
