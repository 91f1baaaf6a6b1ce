-- What ran without a commit is kept, with one that stands for none.
INSERT INTO commits (project_id, identifier, adhoc, ref, commit_time, description)
SELECT DISTINCT project_id, '~' || repeat('0', 64), true, 'adhoc', now(), 'Stands for no commit'
FROM executions WHERE commit_id IS NULL
ON CONFLICT DO NOTHING;
UPDATE executions SET commit_id = commits.id FROM commits
WHERE executions.commit_id IS NULL AND commits.project_id = executions.project_id
  AND commits.identifier = '~' || repeat('0', 64);
ALTER TABLE executions ALTER COLUMN commit_id SET NOT NULL;
