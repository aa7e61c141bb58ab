-- Who may not report and not enroll: one device of an employee, or (hostname NULL) all of them.
CREATE TABLE enrollment_blocks (
  block_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  employee_id int NOT NULL REFERENCES employees ON DELETE CASCADE,
  hostname text,
  blocked_at timestamptz NOT NULL,
  blocked_by text NOT NULL
);
CREATE UNIQUE INDEX enrollment_blocks_device
  ON enrollment_blocks (employee_id, coalesce(hostname, ''));

-- Follows from the blocks, so that a heartbeat need not look at them.
ALTER TABLE agents ADD COLUMN blocked boolean NOT NULL DEFAULT false;
