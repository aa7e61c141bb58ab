-- Blocks of employees who were erased, under the numbers that they had. Without the usernames: only
-- the HMAC-SHA-256 of each. Whoever ends the block deletes the row.
CREATE TABLE erased_blocks (
  block_id int PRIMARY KEY,
  blocked_at timestamptz NOT NULL,
  blocked_by text NOT NULL,
  username_hashes bytea[] NOT NULL
);
CREATE INDEX erased_blocks_username_hashes ON erased_blocks USING gin (username_hashes);

-- The random key of these hashes. It is made once, and never changes: the names are not known any more.
CREATE TABLE username_hash_key (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  hash_key bytea NOT NULL
);
