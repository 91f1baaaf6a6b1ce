-- The first schema. Times are timestamptz, ids are uuid, counters count per project.
CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  username text NOT NULL,
  email text NOT NULL DEFAULT '',
  first_name text NOT NULL DEFAULT '',
  last_name text NOT NULL DEFAULT '',
  password_hash text,
  is_active boolean NOT NULL DEFAULT true,
  ctime timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_username ON users (lower(username));

-- API tokens and web sessions; only a SHA-256 of the secret is kept.
CREATE TABLE tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('api', 'session')),
  name text NOT NULL DEFAULT '',
  hash bytea NOT NULL UNIQUE,
  ctime timestamptz NOT NULL DEFAULT now(),
  last_used timestamptz,
  expires_at timestamptz
);

-- Every user has a personal organisation of the same name, so that there is one path of rights.
CREATE TABLE organizations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  personal_user_id uuid UNIQUE REFERENCES users ON DELETE CASCADE,
  ctime timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX organizations_name ON organizations (lower(name));
CREATE TABLE organization_members (
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
  PRIMARY KEY (organization_id, user_id)
);
CREATE TABLE teams (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name text NOT NULL,
  UNIQUE (organization_id, name)
);
CREATE TABLE team_members (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  PRIMARY KEY (team_id, user_id)
);

CREATE TABLE environments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  enabled boolean NOT NULL DEFAULT true,
  executor text NOT NULL CHECK (executor IN ('docker', 'process', 'kubernetes')),
  organization_id uuid REFERENCES organizations,  -- null: everybody may use it
  gpu_spec text NOT NULL DEFAULT '',
  per_hour_price_usd numeric(10, 4) NOT NULL DEFAULT 0,
  per_user_queue_quota integer NOT NULL DEFAULT 0,  -- 0: unlimited
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE workers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  environment_id uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
  name text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  info jsonb NOT NULL DEFAULT '{}',  -- hostname, version, cpus, memory, executors
  last_seen timestamptz,
  UNIQUE (environment_id, name)
);

CREATE TABLE projects (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations,
  team_id uuid REFERENCES teams,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  yaml_path text NOT NULL DEFAULT '',
  default_environment_id uuid REFERENCES environments,
  creator_id uuid REFERENCES users ON DELETE SET NULL,
  execution_counter integer NOT NULL DEFAULT 0,  -- last one given
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE UNIQUE INDEX projects_name ON projects (organization_id, lower(name)) WHERE deleted_at IS NULL;
CREATE TABLE project_members (
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('admin', 'member', 'viewer')),
  PRIMARY KEY (project_id, user_id)
);
-- A secret variable's value lies in Vault at projects/<id>/variables; here it is null.
CREATE TABLE project_variables (
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  name text NOT NULL,
  value text,
  secret boolean NOT NULL DEFAULT false,
  PRIMARY KEY (project_id, name)
);
-- The private half of the deploy key lies in Vault at projects/<id>/deploy-key.
CREATE TABLE repositories (
  project_id uuid PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
  url text NOT NULL,
  public_key text,
  refs text[] NOT NULL DEFAULT '{}',  -- empty: every branch and tag
  last_fetch timestamptz,
  last_error text
);
CREATE TABLE commits (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  identifier text NOT NULL,  -- 40 hex, or ~ and 64 hex for an ad-hoc package
  adhoc boolean NOT NULL DEFAULT false,
  ref text NOT NULL DEFAULT '',
  ref_names text[] NOT NULL DEFAULT '{}',
  commit_time timestamptz NOT NULL,
  description text NOT NULL DEFAULT '',
  yaml_path text NOT NULL DEFAULT 'valohai.yaml',
  config jsonb,        -- the parsed file: a list of objects with one key; null where there is none
  config_error text,   -- why it could not be parsed, with its line
  snapshot_key text,   -- of the .tar.gz in the object store; null until it is taken
  snapshot_sha256 text,
  snapshot_size bigint,
  ctime timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, identifier)
);
CREATE INDEX commits_identifier ON commits (identifier text_pattern_ops);

CREATE TABLE executions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL REFERENCES projects,
  counter integer NOT NULL,
  commit_id uuid NOT NULL REFERENCES commits,
  environment_id uuid NOT NULL REFERENCES environments,
  creator_id uuid REFERENCES users ON DELETE SET NULL,
  step text NOT NULL,
  title text NOT NULL DEFAULT '',
  tags text[] NOT NULL DEFAULT '{}',
  image text NOT NULL,
  command jsonb NOT NULL,               -- as written: list of strings
  interpolated_command text NOT NULL,
  parameters jsonb NOT NULL DEFAULT '{}',
  inputs jsonb NOT NULL DEFAULT '[]',   -- [{name, urls, download, keep_directories, filename, datums}]
  environment_variables jsonb NOT NULL DEFAULT '{}',
  inherit_environment_variables boolean NOT NULL DEFAULT true,
  runtime_config jsonb NOT NULL DEFAULT '{}',
  priority integer NOT NULL DEFAULT 0,
  time_limit double precision,          -- seconds
  no_output_timeout double precision,   -- seconds
  stop_expression text,
  status text NOT NULL CHECK (status IN
    ('created', 'queued', 'started', 'stopping', 'complete', 'error', 'crashed', 'stopped')),
  status_detail text NOT NULL DEFAULT '',
  stop_requested_at timestamptz,
  attempt integer NOT NULL DEFAULT 0,   -- number of the current attempt; 0: none yet
  exit_code integer,
  cumulative_metadata jsonb NOT NULL DEFAULT '{}',
  executor_identity text NOT NULL DEFAULT '',
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  queued_at timestamptz,
  started_at timestamptz,
  end_time timestamptz,
  deleted_at timestamptz,
  UNIQUE (project_id, counter)
);
CREATE INDEX executions_queue ON executions (environment_id, priority DESC, queued_at) WHERE status = 'queued';
CREATE INDEX executions_alive ON executions (status) WHERE status IN ('created', 'queued', 'started', 'stopping');

-- One try to run an execution. Ends once; the token fences every report of it.
CREATE TABLE attempts (
  execution_id uuid NOT NULL REFERENCES executions ON DELETE CASCADE,
  number integer NOT NULL,
  worker_id uuid REFERENCES workers ON DELETE SET NULL,
  token uuid NOT NULL,
  lease_expires_at timestamptz NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  end_status text CHECK (end_status IN ('complete', 'error', 'crashed', 'stopped')),
  exit_code integer,
  reason text,
  log_lines bigint NOT NULL DEFAULT 0,  -- known sequence numbers are 1..log_lines
  refused_reports integer NOT NULL DEFAULT 0,
  PRIMARY KEY (execution_id, number)
);
CREATE INDEX attempts_leases ON attempts (lease_expires_at) WHERE ended_at IS NULL;

-- Compressed pieces of a log in the object store; what is not here yet is in the Redis stream.
CREATE TABLE log_chunks (
  execution_id uuid NOT NULL REFERENCES executions ON DELETE CASCADE,
  attempt integer NOT NULL,
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  storage_key text NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (execution_id, attempt, first_seq)
);
CREATE TABLE metadata_points (
  execution_id uuid NOT NULL REFERENCES executions ON DELETE CASCADE,
  attempt integer NOT NULL,
  seq bigint NOT NULL,                  -- of the log line it was read from
  time timestamptz NOT NULL,
  value jsonb NOT NULL,
  PRIMARY KEY (execution_id, attempt, seq)
);
CREATE TABLE datums (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL REFERENCES projects,
  output_execution_id uuid REFERENCES executions ON DELETE SET NULL,
  name text NOT NULL,
  size bigint NOT NULL,
  storage_key text NOT NULL,
  md5 text, sha1 text, sha256 text,
  metadata jsonb NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  file_ctime timestamptz,
  file_mtime timestamptz,
  purged boolean NOT NULL DEFAULT false,
  ctime timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX datums_execution ON datums (output_execution_id);
CREATE INDEX datums_project ON datums (project_id, ctime DESC);

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  time timestamptz NOT NULL DEFAULT now(),
  actor jsonb NOT NULL,
  action text NOT NULL,                 -- entity.verb
  subject_id uuid,
  project_id uuid,
  properties jsonb NOT NULL DEFAULT '{}'
);
-- One row: when API and database were last seen answering. The reaper counts no silence of our own (design 2).
CREATE TABLE control_plane (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  last_seen timestamptz NOT NULL DEFAULT now()
);
INSERT INTO control_plane DEFAULT VALUES;
