-- Uploads in parts that were begun and not completed: what to abort where the worker never returns.
CREATE TABLE parted_uploads (
  storage_key text PRIMARY KEY,  -- every output has one of its own
  upload text NOT NULL,          -- the store's name for it
  store_id uuid NOT NULL REFERENCES stores,
  execution_id uuid NOT NULL,    -- may be gone by the time it is looked for
  attempt integer NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT now()
);
