-- Back to an empty database: everything in it is lost.
DROP TABLE control_plane, audit, datums, metadata_points, log_chunks, attempts, executions, commits, repositories,
  project_variables, project_members, projects, workers, environments, team_members, teams, organization_members,
  organizations, tokens, users;
