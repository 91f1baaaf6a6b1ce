-- A notebook runs an image, without a commit.
ALTER TABLE executions ALTER COLUMN commit_id DROP NOT NULL;
