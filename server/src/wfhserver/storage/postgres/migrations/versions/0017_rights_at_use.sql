-- Whose data the file holds; null in jobs of older workers, of which that is not known.
ALTER TABLE export_jobs ADD COLUMN employee_ids int[];

-- Browsers from which a user has signed in: the hash of what their cookie holds.
CREATE TABLE known_devices (
  token_hash bytea NOT NULL,
  user_id int NOT NULL REFERENCES users ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (token_hash, user_id)
);
CREATE INDEX known_devices_user_id ON known_devices (user_id);
CREATE INDEX known_devices_expires_at ON known_devices (expires_at);
