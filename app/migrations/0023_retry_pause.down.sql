ALTER TABLE executions DROP COLUMN not_before;
