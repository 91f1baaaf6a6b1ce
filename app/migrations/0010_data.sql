-- A name for a file, in one project; it can be moved to another file, and the audit log tells where it has been.
CREATE TABLE datum_aliases (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  name text NOT NULL,
  datum_id uuid NOT NULL REFERENCES datums ON DELETE CASCADE,
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);
CREATE INDEX datum_aliases_datum ON datum_aliases (datum_id);

-- Named lists of files. A version of a run can grow as long as that run lives; all others never change.
CREATE TABLE datasets (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  creator_id uuid REFERENCES users ON DELETE SET NULL,
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  UNIQUE (project_id, name)
);
CREATE TABLE dataset_versions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  dataset_id uuid NOT NULL REFERENCES datasets ON DELETE CASCADE,
  name text NOT NULL,
  tags text[] NOT NULL DEFAULT '{}',
  metadata jsonb NOT NULL DEFAULT '{}',
  output_execution_id uuid REFERENCES executions ON DELETE SET NULL,  -- whose run makes or made it
  creator_id uuid REFERENCES users ON DELETE SET NULL,
  ctime timestamptz NOT NULL DEFAULT now(),
  UNIQUE (dataset_id, name)
);
CREATE TABLE dataset_version_files (
  version_id uuid NOT NULL REFERENCES dataset_versions ON DELETE CASCADE,
  datum_id uuid NOT NULL REFERENCES datums ON DELETE CASCADE,
  PRIMARY KEY (version_id, datum_id)
);
CREATE INDEX dataset_version_files_datum ON dataset_version_files (datum_id);
CREATE TABLE dataset_version_aliases (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  dataset_id uuid NOT NULL REFERENCES datasets ON DELETE CASCADE,
  name text NOT NULL,
  version_id uuid NOT NULL REFERENCES dataset_versions ON DELETE CASCADE,
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now(),
  UNIQUE (dataset_id, name)
);

-- Every file that an execution takes in, as its inputs were resolved when it was made.
CREATE TABLE execution_inputs (
  execution_id uuid NOT NULL REFERENCES executions ON DELETE CASCADE,
  position integer NOT NULL,
  input text NOT NULL,
  name text NOT NULL,    -- below /valohai/inputs/<input>/
  uri text NOT NULL,     -- of this one file
  asked text NOT NULL,   -- the address that was given and led here
  datum_id uuid REFERENCES datums ON DELETE SET NULL,
  dataset_version_id uuid REFERENCES dataset_versions ON DELETE SET NULL,
  PRIMARY KEY (execution_id, position)
);
CREATE INDEX execution_inputs_datum ON execution_inputs (datum_id);
CREATE INDEX execution_inputs_version ON execution_inputs (dataset_version_id);

-- For lineage; what an execution of before fetches still stands in its own row.
INSERT INTO execution_inputs (execution_id, position, input, name, uri, asked, datum_id)
SELECT e.id, row_number() OVER (PARTITION BY e.id ORDER BY i.n, u.n) - 1, i.input->>'name', d.name, u.url, u.url, d.id
FROM executions e
CROSS JOIN jsonb_array_elements(e.inputs) WITH ORDINALITY AS i (input, n)
CROSS JOIN jsonb_array_elements_text(i.input->'urls') WITH ORDINALITY AS u (url, n)
JOIN datums d ON u.url ~* '^datum://[0-9a-f-]{36}/?$' AND d.id::text = lower(substr(u.url, 9, 36));
