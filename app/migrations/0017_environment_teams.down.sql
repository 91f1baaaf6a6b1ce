ALTER TABLE environments DROP COLUMN team_id;
