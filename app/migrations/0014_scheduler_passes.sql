-- When each of the scheduler's jobs was last done to its end, by whichever scheduler: what metrics and alerts go by.
CREATE TABLE scheduler_passes (
  job text PRIMARY KEY,
  ended_at timestamptz NOT NULL
);
