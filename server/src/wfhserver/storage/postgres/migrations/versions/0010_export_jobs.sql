-- Exports that take a while: made by one worker, asked after at any of them.
CREATE TABLE export_jobs (
  job_id uuid PRIMARY KEY,
  user_id int NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  -- Whoever makes it says so now and then; silence means that nobody does any more.
  touched_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('working', 'done', 'failed')),
  rows_found int NOT NULL,
  rows_taken int NOT NULL,
  rows_done int NOT NULL DEFAULT 0,
  size_bytes bigint,
  file_key text,
  problem text
);
CREATE INDEX export_jobs_created_at ON export_jobs (created_at);
CREATE INDEX export_jobs_user_id ON export_jobs (user_id);
