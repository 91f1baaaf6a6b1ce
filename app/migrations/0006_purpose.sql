-- What an environment's machines are there for: jobs, or the endpoints of deployments.
ALTER TABLE environments ADD COLUMN purpose text NOT NULL DEFAULT 'jobs' CHECK (purpose IN ('jobs', 'endpoints'));
