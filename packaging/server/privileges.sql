-- What the server may not do although it may write rows; run after every upgrade.
\set ON_ERROR_STOP on
-- A row of the audit is added and, when its time is over, forgotten; it is never changed.
REVOKE UPDATE ON audit FROM wfhserver;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM wfhserver;
