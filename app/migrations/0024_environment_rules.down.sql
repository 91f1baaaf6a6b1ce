ALTER TABLE environments DROP COLUMN environment_variables, DROP COLUMN allowed_images;
