-- When API and database answered again after a silence of theirs: only silence since then says anything of a worker.
ALTER TABLE control_plane ADD COLUMN returned_at timestamptz;
