-- With a code a machine that no cloud vouches for becomes a worker: once, within an hour.
CREATE TABLE join_codes (
  hash bytea PRIMARY KEY,                          -- SHA-256 of the code
  environment_id uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  worker_id uuid REFERENCES workers ON DELETE SET NULL
);
