-- Who may run how much, which environment rests, and what is needed to say whose turn it is without reading the whole queue.
ALTER TABLE environments
  ADD COLUMN paused_at timestamptz,                -- null: it takes jobs
  ADD COLUMN paused_by uuid REFERENCES users ON DELETE SET NULL,
  ADD COLUMN pause_reason text NOT NULL DEFAULT '';

-- The most executions that run at the same time. Without a subject: of each one that has no quota of its own.
CREATE TABLE quotas (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('user', 'team', 'project')),
  user_id uuid REFERENCES users ON DELETE CASCADE,
  team_id uuid REFERENCES teams ON DELETE CASCADE,
  project_id uuid REFERENCES projects ON DELETE CASCADE,
  subject_id uuid GENERATED ALWAYS AS (coalesce(user_id, team_id, project_id)) STORED,
  most integer NOT NULL CHECK (most >= 0),
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  CHECK ((user_id IS NULL OR kind = 'user') AND (team_id IS NULL OR kind = 'team')
    AND (project_id IS NULL OR kind = 'project'))
);
CREATE UNIQUE INDEX quotas_subject ON quotas
  (organization_id, kind, coalesce(subject_id, '00000000-0000-0000-0000-000000000000'));

-- A lane: what one person waits for in one project and environment. All of it may start, or nothing of it.
DROP INDEX executions_queue;
CREATE INDEX executions_lanes ON executions (environment_id, project_id,
    coalesce(creator_id, '00000000-0000-0000-0000-000000000000'), priority DESC, queued_at, counter)
  WHERE status = 'queued' AND deleted_at IS NULL;
CREATE INDEX executions_running ON executions (environment_id, project_id)
  WHERE status IN ('started', 'stopping');
-- How long the last ones took, where somebody asks how long he will wait.
CREATE INDEX executions_ended ON executions (environment_id, end_time DESC)
  WHERE end_time IS NOT NULL AND started_at IS NOT NULL;

-- What a worker calls its claim: asking again, after an answer that was lost, is no second claim.
ALTER TABLE attempts ADD COLUMN claim_id uuid;
CREATE UNIQUE INDEX attempts_claim ON attempts (claim_id) WHERE claim_id IS NOT NULL;
-- What it does before its command runs; null: the command has started, or its worker does not say.
ALTER TABLE attempts
  ADD COLUMN phase text,
  ADD COLUMN phase_since timestamptz;
