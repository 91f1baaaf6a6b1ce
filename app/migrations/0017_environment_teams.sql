-- An environment of a team: its members use it, and those who administer the organisation. A person's own belongs to the
-- organisation of the same name.
ALTER TABLE environments ADD COLUMN team_id uuid REFERENCES teams,
  ADD CHECK (team_id IS NULL OR organization_id IS NOT NULL);
