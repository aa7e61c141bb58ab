-- The hash of an entry is made of its number, its time and the hash of its content, so that what is left
-- of a removed entry still proves when it was written. The salt goes with the content: without it
-- nobody can find the content by trying. Both are null in entries of older versions.
ALTER TABLE audit ADD COLUMN salt bytea, ADD COLUMN content_hash bytea;

-- What is left of entries that retention has removed.
CREATE TABLE audit_removed (
  audit_id bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  content_hash bytea,
  hash bytea NOT NULL
);

-- The server's role may not change it: no entry younger than this can be removed.
ALTER TABLE audit_head ADD COLUMN retention_days int NOT NULL DEFAULT 365 CHECK (retention_days > 0);

-- The database's own clock: whoever sets the server's ahead removes nothing by it.
CREATE FUNCTION audit_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()';

-- Up to which entry those older than *before* can go. The chain can only be cut at its beginning: it
-- ends before the first entry that is too young, or that concerns somebody whose data is held.
CREATE FUNCTION removable_audit(before timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  head audit_head := (SELECT h FROM audit_head AS h);
  young timestamptz := least(before, audit_now() - make_interval(days => head.retention_days));
BEGIN
  RETURN (
    SELECT max(audit_id) FROM audit
     WHERE audit_id > head.forgotten_id AND at < young AND audit_id < coalesce(
       (SELECT min(audit_id) FROM audit
         WHERE audit_id > head.forgotten_id
           AND (at >= young OR employee_ids && ARRAY(SELECT employee_id FROM legal_holds))),
       9223372036854775807));
END
$$;

-- Removes them, and returns how many, up to which, and its hash; the caller appends an entry that says so.
CREATE FUNCTION remove_old_audit(
  before timestamptz, OUT removed bigint, OUT up_to bigint, OUT up_to_hash bytea)
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM FROM audit_head FOR UPDATE;
  up_to := removable_audit(before);
  removed := 0;
  IF up_to IS NULL THEN
    RETURN;
  END IF;
  DELETE FROM audit_removed WHERE audit_id > (SELECT forgotten_id FROM audit_head);
  WITH gone AS (
    DELETE FROM audit
     WHERE audit_id > (SELECT forgotten_id FROM audit_head) AND audit_id <= up_to RETURNING *)
  INSERT INTO audit_removed SELECT g.audit_id, g.at, g.content_hash, g.hash FROM gone AS g;
  GET DIAGNOSTICS removed = ROW_COUNT;
  SELECT r.hash INTO up_to_hash FROM audit_removed AS r WHERE r.audit_id = up_to;
  UPDATE audit_head SET forgotten_id = up_to, forgotten_hash = up_to_hash;
END
$$;

-- Names mean what they mean here, and a day has 24 hours, whatever the caller's session says.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['removable_audit', 'remove_old_audit'] LOOP
    EXECUTE format('ALTER FUNCTION %I SET search_path = %I, pg_temp', name, current_schema());
    EXECUTE format('ALTER FUNCTION %I SET timezone = ''UTC''', name);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION removable_audit, remove_old_audit FROM PUBLIC;

-- packaging/server/privileges.sql says the same after every upgrade; an older copy of it does not.
DO $$
BEGIN
  IF to_regrole('wfhserver') IS NOT NULL AND current_user <> 'wfhserver' THEN
    REVOKE UPDATE, DELETE ON audit FROM wfhserver;
    REVOKE INSERT, UPDATE, DELETE ON audit_removed, audit_head FROM wfhserver;
    GRANT UPDATE (last_id, last_hash) ON audit_head TO wfhserver;
  END IF;
END
$$;
