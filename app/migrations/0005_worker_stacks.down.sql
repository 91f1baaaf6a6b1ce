-- Nobody is left who could ask their scalers, and the code before knows no such group: they take no new job.
UPDATE environments SET in_config = false, machine_group = NULL WHERE worker_stack_id IS NOT NULL;
ALTER TABLE environments DROP COLUMN worker_stack_id;
DROP TABLE worker_stack_orders;
DROP TABLE worker_stacks;
