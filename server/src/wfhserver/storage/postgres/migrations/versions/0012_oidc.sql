-- Whom an OpenID provider means: its issuer and its name for the person, which never changes.
ALTER TABLE users ADD COLUMN oidc_subject text UNIQUE;

-- Sign-ins that have begun; taken out once, by whoever comes back. The hash of what the browser holds.
CREATE TABLE oidc_attempts (
  state_hash bytea PRIMARY KEY,
  nonce text NOT NULL,
  verifier text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX oidc_attempts_expires_at ON oidc_attempts (expires_at);
