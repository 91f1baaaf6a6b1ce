-- Machines that come and go. Of an environment the config owns group, type, slots, spot and ceiling; min, max, grace and
-- schedule are the application's, under the ceiling.
ALTER TABLE environments
  ADD COLUMN machine_group jsonb,                  -- where they are; null: nobody starts or ends any
  ADD COLUMN machine_type text NOT NULL DEFAULT '',
  ADD COLUMN machine_slots integer NOT NULL DEFAULT 1 CHECK (machine_slots >= 1),  -- jobs a machine runs at a time
  ADD COLUMN spot boolean NOT NULL DEFAULT false,
  ADD COLUMN ceiling integer NOT NULL DEFAULT 0 CHECK (ceiling >= 0),
  ADD COLUMN min_machines integer NOT NULL DEFAULT 0 CHECK (min_machines >= 0),
  ADD COLUMN max_machines integer CHECK (max_machines >= 0),  -- null: as many as the ceiling allows
  ADD COLUMN grace_seconds integer NOT NULL DEFAULT 900 CHECK (grace_seconds >= 0),
  ADD COLUMN schedule jsonb NOT NULL DEFAULT '[]';  -- [{cron, timezone, minutes, min, max}]

-- The worker of a machine: told to drain, it finishes its jobs, says so, and only then the machine is ended.
ALTER TABLE workers
  ADD COLUMN instance_id text,                     -- of its machine, as the cloud names it
  ADD COLUMN ctime timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN draining_at timestamptz,
  ADD COLUMN drain_reason text,
  ADD COLUMN drained_at timestamptz;
CREATE UNIQUE INDEX workers_instance ON workers (environment_id, instance_id);

-- What the scheduler remembers of an environment's machines from one look to the next.
CREATE TABLE scaling (
  environment_id uuid PRIMARY KEY REFERENCES environments ON DELETE CASCADE,
  wanted integer,                                  -- what the cloud was last asked for
  wanted_at timestamptz,
  failures integer NOT NULL DEFAULT 0,             -- in a row: refusals, and machines that never joined
  failed_at timestamptz,
  message text NOT NULL DEFAULT '',                -- for people: what is going on
  machines jsonb NOT NULL DEFAULT '[]',            -- as the cloud last told: [{id, state, launched_at}]
  mtime timestamptz NOT NULL DEFAULT now()
);

-- Who administers this organisation may change what belongs to everybody.
ALTER TABLE organizations ADD COLUMN is_operator boolean NOT NULL DEFAULT false;
UPDATE organizations SET is_operator = true
WHERE id = (SELECT id FROM organizations WHERE personal_user_id IS NULL ORDER BY ctime LIMIT 1);
