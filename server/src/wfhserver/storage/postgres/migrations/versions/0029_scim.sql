-- What an identity provider calls an employee or a team.
ALTER TABLE employees ADD COLUMN external_id text,
  -- The identity provider removed the employee, who stays here as one who has left.
  ADD COLUMN scim_removed boolean NOT NULL DEFAULT false;
ALTER TABLE teams ADD COLUMN external_id text;

ALTER TABLE api_keys DROP CONSTRAINT api_keys_scope_check,
  ADD CONSTRAINT api_keys_scope_check CHECK (scope IN (
    'export', 'audit', 'facts', 'presence', 'employees', 'attendance', 'logs', 'alerts', 'scim'));
