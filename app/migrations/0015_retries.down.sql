ALTER TABLE datums DROP COLUMN replaced_by, DROP COLUMN attempt;
ALTER TABLE attempts DROP COLUMN run_again;
ALTER TABLE executions DROP COLUMN max_retries;
ALTER TABLE environments DROP COLUMN max_retries;
