-- What the server may not do although it may write rows; run after every upgrade.
\set ON_ERROR_STOP on
-- A row of the audit is added and never changed. When its time is over, remove_old_audit() of the owner
-- removes it, if the database's own clock agrees.
REVOKE UPDATE, DELETE ON audit FROM wfhserver;
REVOKE INSERT, UPDATE, DELETE ON audit_removed, audit_head, alembic_version FROM wfhserver;
GRANT UPDATE (last_id, last_hash) ON audit_head TO wfhserver;

-- An erasure takes its dead rows out of the files. Before PostgreSQL 17 only the owner can.
SELECT current_setting('server_version_num')::int >= 170000 AS may_vacuum \gset
\if :may_vacuum
  GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO wfhserver;
  ALTER DEFAULT PRIVILEGES FOR ROLE wfhserver_owner IN SCHEMA public
    GRANT MAINTAIN ON TABLES TO wfhserver;
\endif
