ALTER TABLE control_plane DROP COLUMN returned_at;
