-- Where files lie: the installation's own store, which is always there, and buckets that people name. Credentials are
-- in Vault at stores/<id> and registries/<id>, never here.
CREATE TABLE stores (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  type text NOT NULL CHECK (type IN ('installation', 's3', 'google', 'azure')),
  organization_id uuid REFERENCES organizations,  -- null: the installation's own
  access_mode text NOT NULL CHECK (access_mode IN ('public', 'single_project', 'teams', 'owner_organization')),
  project_id uuid REFERENCES projects,            -- of single_project
  team_ids uuid[] NOT NULL DEFAULT '{}',          -- of teams
  allow_read boolean NOT NULL DEFAULT true,
  allow_write boolean NOT NULL DEFAULT true,
  allow_uri_download boolean NOT NULL DEFAULT true,
  allow_adopt boolean NOT NULL DEFAULT true,
  configuration jsonb NOT NULL DEFAULT '{}',
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  CHECK ((organization_id IS NULL) = (type = 'installation')),
  CHECK ((project_id IS NULL) = (access_mode <> 'single_project'))
);
CREATE UNIQUE INDEX stores_name ON stores (organization_id, lower(name)) WHERE deleted_at IS NULL;
INSERT INTO stores (id, name, type, access_mode, allow_uri_download, allow_adopt)
  VALUES ('00000000-0000-4000-8000-000000000001', 'installation', 'installation', 'public', false, false);

-- The default is for the code before, which knows of no other store.
ALTER TABLE datums ADD COLUMN store_id uuid NOT NULL DEFAULT '00000000-0000-4000-8000-000000000001' REFERENCES stores;
CREATE INDEX datums_store ON datums (store_id, storage_key);
ALTER TABLE executions ADD COLUMN upload_store_id uuid NOT NULL
  DEFAULT '00000000-0000-4000-8000-000000000001' REFERENCES stores;
ALTER TABLE projects ADD COLUMN default_store_id uuid REFERENCES stores, ADD COLUMN upload_store_id uuid REFERENCES stores;

CREATE TABLE registry_credentials (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
  type text NOT NULL CHECK (type IN ('docker', 'aws_ecr', 'aws_ecr_role', 'google', 'azure')),
  image_pattern text NOT NULL,
  configuration jsonb NOT NULL DEFAULT '{}',
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, image_pattern)
);
