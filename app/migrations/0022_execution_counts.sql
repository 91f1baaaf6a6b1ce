-- How many executions of each kind have ended and are to be seen, so that a long list tells its length without reading it.
-- Each end adds a row, and waits for nobody; the scheduler sums them up. Those that live are few, and counted themselves.
CREATE TABLE execution_counts (
  project_id uuid NOT NULL,
  status text NOT NULL,
  environment_id uuid NOT NULL,
  creator_id uuid,
  step text NOT NULL,
  n integer NOT NULL,
  summed boolean NOT NULL DEFAULT false
);

-- With its owner's rights: whoever may end an execution need not be able to write here.
CREATE FUNCTION count_execution() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    IF OLD.deleted_at IS NULL AND OLD.status IN ('complete', 'error', 'crashed', 'stopped') THEN
      INSERT INTO execution_counts VALUES
        (OLD.project_id, OLD.status, OLD.environment_id, OLD.creator_id, OLD.step, -1);
    END IF;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    IF NEW.deleted_at IS NULL AND NEW.status IN ('complete', 'error', 'crashed', 'stopped') THEN
      INSERT INTO execution_counts VALUES
        (NEW.project_id, NEW.status, NEW.environment_id, NEW.creator_id, NEW.step, 1);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- What neither ended before nor does now costs a comparison.
CREATE TRIGGER count_inserted AFTER INSERT ON executions FOR EACH ROW
  WHEN (NEW.status IN ('complete', 'error', 'crashed', 'stopped')) EXECUTE FUNCTION count_execution();
CREATE TRIGGER count_updated
  AFTER UPDATE OF project_id, status, environment_id, creator_id, step, deleted_at ON executions FOR EACH ROW
  WHEN (OLD.status IN ('complete', 'error', 'crashed', 'stopped') OR NEW.status IN ('complete', 'error', 'crashed', 'stopped'))
  EXECUTE FUNCTION count_execution();
CREATE TRIGGER count_deleted AFTER DELETE ON executions FOR EACH ROW
  WHEN (OLD.status IN ('complete', 'error', 'crashed', 'stopped')) EXECUTE FUNCTION count_execution();

-- The triggers keep all others from writing until this is committed.
INSERT INTO execution_counts
  SELECT project_id, status, environment_id, creator_id, step, count(*), true FROM executions
  WHERE deleted_at IS NULL AND status IN ('complete', 'error', 'crashed', 'stopped') GROUP BY 1, 2, 3, 4, 5;
CREATE INDEX execution_counts_project ON execution_counts (project_id);
CREATE INDEX execution_counts_new ON execution_counts (project_id) WHERE NOT summed;
