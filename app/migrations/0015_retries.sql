-- What happens after a loss that is not the job's own doing: so often an execution is run again.
ALTER TABLE environments
  ADD COLUMN max_retries integer NOT NULL DEFAULT 0 CHECK (max_retries >= 0);  -- of executions made from now on
ALTER TABLE executions
  ADD COLUMN max_retries integer NOT NULL DEFAULT 0 CHECK (max_retries >= 0);
-- Its execution was queued again after it.
ALTER TABLE attempts ADD COLUMN run_again boolean NOT NULL DEFAULT false;

-- An output of an earlier attempt whose place another one of the same name has taken. It stays a file of the project.
ALTER TABLE datums
  ADD COLUMN attempt integer,  -- that stored it; null: none, or it is older than this column
  ADD COLUMN replaced_by uuid REFERENCES datums ON DELETE SET NULL;
CREATE INDEX datums_replaced ON datums (replaced_by) WHERE replaced_by IS NOT NULL;
