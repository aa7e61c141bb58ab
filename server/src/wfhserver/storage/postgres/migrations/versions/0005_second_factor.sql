-- The secret cannot be a hash: codes are made of it. Pending until a first code was right.
ALTER TABLE users
  ADD COLUMN totp_secret text,
  ADD COLUMN totp_pending text,
  -- The step of the last code that was taken: none is taken twice.
  ADD COLUMN totp_last_step bigint NOT NULL DEFAULT 0;

CREATE TABLE recovery_codes (
  user_id int NOT NULL REFERENCES users ON DELETE CASCADE,
  code_hash bytea NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);
