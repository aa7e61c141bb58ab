-- The code with which the first administrator is created: only its hash, and the newest one alone.
CREATE TABLE setup_code (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  code_hash bytea NOT NULL,
  expires_at timestamptz NOT NULL
);

-- Steps of the checklist "Getting started" that an administrator has dismissed.
CREATE TABLE dismissed_steps (
  step text PRIMARY KEY,
  dismissed_at timestamptz NOT NULL,
  dismissed_by text NOT NULL
);

-- An invited user who has not set a password yet.
ALTER TABLE users ADD COLUMN is_invited boolean NOT NULL DEFAULT false;

-- Links with which somebody sets their own password: only the hash of what the link holds. Links that
-- ended are kept for a while, so that the page can say why.
CREATE TABLE account_links (
  token_hash bytea PRIMARY KEY,
  user_id int NOT NULL REFERENCES users ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('invitation', 'reset')),
  expires_at timestamptz NOT NULL,
  ended_as text CHECK (ended_as IN ('used', 'replaced'))
);
CREATE INDEX account_links_user_id ON account_links (user_id);
CREATE INDEX account_links_expires_at ON account_links (expires_at);

-- What a user sees of their own sessions. Null in sessions of older workers.
ALTER TABLE sessions ADD COLUMN created_at timestamptz,
  ADD COLUMN last_used_at timestamptz,
  ADD COLUMN browser text;
