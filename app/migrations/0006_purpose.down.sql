ALTER TABLE environments DROP COLUMN purpose;
