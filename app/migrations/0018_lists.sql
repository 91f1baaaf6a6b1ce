-- Pages of the list of executions, in each of its orders, and its counts, without reading the rows themselves. Of texts only
-- the beginning is held: an index refuses a row that is too long for it.
CREATE INDEX executions_list ON executions (project_id, counter)
  INCLUDE (id, ctime, end_time, status, creator_id, environment_id, commit_id) WHERE deleted_at IS NULL;
CREATE INDEX executions_ctime ON executions (project_id, ctime, id) WHERE deleted_at IS NULL;
CREATE INDEX executions_step ON executions (project_id, left(step, 200), ctime, id) WHERE deleted_at IS NULL;
CREATE INDEX executions_title ON executions (project_id, left(title, 200), ctime, id) WHERE deleted_at IS NULL;
CREATE INDEX executions_tags ON executions USING gin (tags) WHERE tags <> '{}';
