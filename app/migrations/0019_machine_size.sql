-- What a machine of an environment has, as its newest worker told, so that the queue can be counted in machines when there is
-- none; and since when the config says what it says now: what was told before is of other machines, perhaps.
ALTER TABLE scaling ADD COLUMN machine_size jsonb, ADD COLUMN machine_size_at timestamptz;
ALTER TABLE environments ADD COLUMN machines_changed_at timestamptz NOT NULL DEFAULT now();
