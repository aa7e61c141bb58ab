-- Links that agents ask for so that users see their own data: hashes only, each valid once.
CREATE TABLE my_data_links (
  code_hash bytea PRIMARY KEY,
  employee_id int NOT NULL REFERENCES employees ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX my_data_links_employee_id ON my_data_links (employee_id);
CREATE INDEX my_data_links_expires_at ON my_data_links (expires_at);

CREATE TABLE my_sessions (
  token_hash bytea PRIMARY KEY,
  employee_id int NOT NULL REFERENCES employees ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX my_sessions_employee_id ON my_sessions (employee_id);
CREATE INDEX my_sessions_expires_at ON my_sessions (expires_at);
