-- What a run of retention could not do: a sentence by the name of each step.
ALTER TABLE retention_runs ADD COLUMN failures jsonb NOT NULL DEFAULT '{}';
