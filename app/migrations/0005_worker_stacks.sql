-- Machines of another region, account or cloud: a scaler there tells of them, and carries out what is ordered.
CREATE TABLE worker_stacks (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL UNIQUE,
  proof jsonb NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  report jsonb NOT NULL DEFAULT '{}',
  reported_at timestamptz,
  ctime timestamptz NOT NULL DEFAULT now(),
  mtime timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE worker_stack_orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  worker_stack_id uuid NOT NULL REFERENCES worker_stacks ON DELETE CASCADE,
  machine_group text NOT NULL,
  orders jsonb NOT NULL,
  ctime timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX worker_stack_orders_group ON worker_stack_orders (worker_stack_id, machine_group);
ALTER TABLE environments ADD COLUMN worker_stack_id uuid REFERENCES worker_stacks;
CREATE INDEX environments_worker_stack ON environments (worker_stack_id);
