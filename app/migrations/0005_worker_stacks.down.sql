ALTER TABLE environments DROP COLUMN worker_stack_id;
DROP TABLE worker_stack_orders;
DROP TABLE worker_stacks;
