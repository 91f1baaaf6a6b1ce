-- Named groups of environment variables of an organisation. A secret variable's value lies in Vault at
-- environment-variable-groups/<id>; here it is null.
CREATE TABLE environment_variable_groups (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX environment_variable_groups_name ON environment_variable_groups (organization_id, lower(name));
CREATE TABLE environment_variable_group_variables (
  group_id uuid NOT NULL REFERENCES environment_variable_groups ON DELETE CASCADE,
  name text NOT NULL,
  value text,
  secret boolean NOT NULL DEFAULT false,
  PRIMARY KEY (group_id, name)
);

-- Runtime configuration under a name, for one environment's executions.
CREATE TABLE runtime_config_presets (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  environment_id uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
  slug text NOT NULL,
  name text NOT NULL,
  runtime_config jsonb NOT NULL DEFAULT '{}',
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  UNIQUE (environment_id, slug)
);

ALTER TABLE executions
  ADD COLUMN environment_variable_groups uuid[] NOT NULL DEFAULT '{}',  -- of two with one variable the later holds
  ADD COLUMN runtime_config_preset_id uuid REFERENCES runtime_config_presets ON DELETE SET NULL,
  ADD COLUMN stop_reason text;                     -- why the platform itself asked for the end
-- Of executions for which neither request nor step says one; seconds.
ALTER TABLE environments ADD COLUMN default_time_limit double precision CHECK (default_time_limit > 0);
ALTER TABLE projects ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
