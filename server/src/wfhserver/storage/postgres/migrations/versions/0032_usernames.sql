-- Further names under which an employee's devices report. No name is both here and in employees:
-- writers lock the name and look.
CREATE TABLE employee_usernames (
  username text PRIMARY KEY,
  employee_id int NOT NULL REFERENCES employees ON DELETE CASCADE
);
CREATE INDEX employee_usernames_employee_id ON employee_usernames (employee_id);

-- Numbers of employees who were joined to another one. Entries of the audit log keep those numbers.
CREATE TABLE joined_employees (
  former_id int PRIMARY KEY,
  employee_id int NOT NULL REFERENCES employees ON DELETE CASCADE
);
CREATE INDEX joined_employees_employee_id ON joined_employees (employee_id);

-- The name that the device reports, where it is not that of the employee.
ALTER TABLE agents ADD COLUMN reported_username text;

-- As before; a hold also keeps entries under the numbers of those who were joined to the employee.
CREATE OR REPLACE FUNCTION removable_audit(before timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  head audit_head := (SELECT h FROM audit_head AS h);
  young timestamptz := least(before, audit_now() - make_interval(days => head.retention_days));
BEGIN
  RETURN (
    SELECT max(audit_id) FROM audit
     WHERE audit_id > head.forgotten_id AND at < young AND audit_id < coalesce(
       (SELECT min(audit_id) FROM audit
         WHERE audit_id > head.forgotten_id
           AND (at >= young OR employee_ids && ARRAY(
                 SELECT employee_id FROM legal_holds
                 UNION ALL SELECT former_id FROM joined_employees JOIN legal_holds USING (employee_id)))),
       9223372036854775807));
END
$$;
-- Replacing it has removed its settings.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION removable_audit SET search_path = %I, pg_temp', current_schema());
  EXECUTE 'ALTER FUNCTION removable_audit SET timezone = ''UTC''';
END
$$;
