-- An environment that was taken out of the installation's config keeps its row: what ran there is still told of it.
ALTER TABLE environments ADD COLUMN in_config boolean NOT NULL DEFAULT true;
