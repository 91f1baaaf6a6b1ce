/** What a claim reads of an execution, in one query. */
import { type Kysely, sql } from 'kysely';
import { ASKED_ID, byIds } from '../../platform/by-ids.ts';
import type { Database } from '../../platform/tables.ts';
import { perKey } from '../../platform/together.ts';
import type { Config } from '../../yaml/index.ts';

const selectJob = (db: Kysely<Database>) =>
  db
    .selectFrom('executions')
    .innerJoin('projects', 'projects.id', 'executions.project_id')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .leftJoin('commits', 'commits.id', 'executions.commit_id')
    .innerJoin('environments', 'environments.id', 'executions.environment_id')
    .leftJoin('users', 'users.id', 'executions.creator_id')
    .select([
      'executions.id',
      'executions.project_id',
      'projects.organization_id',
      'executions.counter',
      'executions.step',
      'executions.title',
      'executions.tags',
      'executions.image',
      'executions.interpolated_command',
      'executions.parameters',
      'executions.inputs',
      'executions.environment_variables',
      'executions.inherit_environment_variables',
      'executions.environment_variable_groups',
      'executions.time_limit',
      'executions.no_output_timeout',
      'executions.runtime_config',
      'executions.creator_id',
      'executions.ctime',
      'projects.name as project_name',
      'organizations.name as owner_name',
      'commits.id as commit_id',
      'commits.identifier as commit_identifier',
      'commits.snapshot_key',
      'commits.snapshot_sha256',
      'commits.snapshot_size',
      'environments.id as environment_id',
      'environments.name as environment_name',
      'environments.slug as environment_slug',
      'environments.environment_variables as variables_there',
      'environments.allowed_images',
      'users.username as creator_name',
      'users.email as creator_email',
    ])
    // Of the commit's file only what is of the step: the types of its parameters are there.
    .select(
      sql<Config>`COALESCE((SELECT jsonb_agg(item) FROM jsonb_array_elements(
          CASE jsonb_typeof(commits.config) WHEN 'array' THEN commits.config END) item
        WHERE item->'step'->>'name' = executions.step), '[]')`.as('step_config'),
    )
    // Most jobs have neither, and need not ask for them.
    .select(
      sql<boolean>`EXISTS (SELECT FROM project_variables WHERE project_variables.project_id = projects.id)`.as(
        'has_variables',
      ),
    )
    .select(
      sql<boolean>`EXISTS (SELECT FROM registry_credentials
        WHERE registry_credentials.organization_id = organizations.id)`.as('has_registries'),
    );
export type JobRow = Awaited<ReturnType<ReturnType<typeof selectJob>['executeTakeFirstOrThrow']>>;

const lookers = perKey((db: Kysely<Database>) =>
  byIds<JobRow>(db, selectJob(db).where('executions.id', '=', ASKED_ID)),
);
export const jobRow = (db: Kysely<Database>, executionId: string): Promise<JobRow | null> =>
  lookers(db)(executionId);
