ALTER TABLE environments DROP COLUMN machines_changed_at;
ALTER TABLE scaling DROP COLUMN machine_size, DROP COLUMN machine_size_at;
