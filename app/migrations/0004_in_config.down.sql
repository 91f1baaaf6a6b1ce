ALTER TABLE environments DROP COLUMN in_config;
