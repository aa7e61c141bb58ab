ALTER TABLE enrollment_tokens ADD COLUMN needs_approval boolean NOT NULL DEFAULT false;

-- Machines that came with a token that needs approval, until they are admitted or rejected.
CREATE TABLE enrollment_requests (
  agent_uuid uuid PRIMARY KEY,
  token_id int NOT NULL REFERENCES enrollment_tokens,
  username text NOT NULL,
  hostname text NOT NULL,
  platform text NOT NULL,
  requested_at timestamptz NOT NULL,
  approved_at timestamptz
);
CREATE INDEX enrollment_requests_token_id ON enrollment_requests (token_id);

-- What a program sends instead of a cookie: it may do what its scope names, as the user who made it.
CREATE TABLE api_keys (
  key_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key_hash bytea NOT NULL UNIQUE,
  user_id int NOT NULL REFERENCES users,
  label text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('export', 'audit')),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX api_keys_user_id ON api_keys (user_id);
