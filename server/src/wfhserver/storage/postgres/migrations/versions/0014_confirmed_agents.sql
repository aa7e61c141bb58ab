-- Who holds an enrolment token may enrol under any name. An agent that an administrator has made,
-- approved or confirmed is its user's for certain.
ALTER TABLE agents ADD COLUMN confirmed_at timestamptz;

UPDATE agents SET confirmed_at = enrolled_at
 WHERE enrollment_token IS NULL
    OR enrollment_token IN (SELECT token_id FROM enrollment_tokens WHERE needs_approval);
