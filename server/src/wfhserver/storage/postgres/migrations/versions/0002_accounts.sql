CREATE TABLE users (
  user_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  username text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'manager', 'auditor')),
  created_at timestamptz NOT NULL,
  disabled_at timestamptz
);

-- Only the hash of what the cookie holds.
CREATE TABLE sessions (
  token_hash bytea PRIMARY KEY,
  user_id int NOT NULL REFERENCES users,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- Attempts that have not succeeded, by user and by address; the newest quarter of an hour counts.
CREATE TABLE login_attempts (
  subject text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX login_attempts_subject ON login_attempts (subject, at);
CREATE INDEX login_attempts_at ON login_attempts (at);

CREATE TABLE teams (
  team_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL
);

CREATE TABLE team_managers (
  user_id int NOT NULL REFERENCES users,
  team_id int NOT NULL REFERENCES teams ON DELETE CASCADE,
  PRIMARY KEY (user_id, team_id)
);
CREATE INDEX team_managers_team_id ON team_managers (team_id);

CREATE TABLE team_members (
  employee_id int NOT NULL REFERENCES employees ON DELETE CASCADE,
  team_id int NOT NULL REFERENCES teams ON DELETE CASCADE,
  PRIMARY KEY (employee_id, team_id)
);
CREATE INDEX team_members_team_id ON team_members (team_id, employee_id);

-- Numbered without gaps by the writer, who holds the row of audit_head. No foreign keys: who was
-- erased stays a number here.
CREATE TABLE audit (
  audit_id bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  employee_ids int[] NOT NULL,
  reason text,
  -- JSON as the text that was hashed; jsonb would change its form.
  details text NOT NULL,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL
);
CREATE INDEX audit_employee_ids ON audit USING gin (employee_ids);

-- Where the chain ends, and where what is kept of it begins.
CREATE TABLE audit_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last_id bigint NOT NULL,
  last_hash bytea NOT NULL,
  forgotten_id bigint NOT NULL,
  forgotten_hash bytea NOT NULL
);
INSERT INTO audit_head (last_id, last_hash, forgotten_id, forgotten_hash)
VALUES (0, '\x', 0, '\x');
