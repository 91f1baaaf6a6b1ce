ALTER TABLE attempts DROP COLUMN progress;
