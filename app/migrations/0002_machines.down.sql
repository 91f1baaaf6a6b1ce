ALTER TABLE organizations DROP COLUMN is_operator;
DROP TABLE scaling;
ALTER TABLE workers
  DROP COLUMN instance_id,
  DROP COLUMN ctime,
  DROP COLUMN draining_at,
  DROP COLUMN drain_reason,
  DROP COLUMN drained_at;
ALTER TABLE environments
  DROP COLUMN machine_group,
  DROP COLUMN machine_type,
  DROP COLUMN machine_slots,
  DROP COLUMN spot,
  DROP COLUMN ceiling,
  DROP COLUMN min_machines,
  DROP COLUMN max_machines,
  DROP COLUMN grace_seconds,
  DROP COLUMN schedule;
