-- The team of employees whose first device comes with the token. A team that is deleted is none.
ALTER TABLE enrollment_tokens ADD COLUMN team_id int;
