-- Fingerprints of agents' settings that the company agreed on.
CREATE TABLE agreed_settings (
  fingerprint text PRIMARY KEY CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  label text NOT NULL,
  agreed_by text NOT NULL,
  agreed_at timestamptz NOT NULL
);
