ALTER TABLE attempts
  DROP COLUMN claim_id,
  DROP COLUMN phase,
  DROP COLUMN phase_since;
DROP INDEX executions_ended;
DROP INDEX executions_running;
DROP INDEX executions_lanes;
CREATE INDEX executions_queue ON executions (environment_id, priority DESC, queued_at) WHERE status = 'queued';
DROP TABLE quotas;
ALTER TABLE environments
  DROP COLUMN paused_at,
  DROP COLUMN paused_by,
  DROP COLUMN pause_reason;
