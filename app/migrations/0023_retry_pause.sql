-- Lost without its own doing, it is queued again, and given to no worker before then.
ALTER TABLE executions ADD COLUMN not_before timestamptz;
