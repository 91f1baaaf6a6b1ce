/** An execution with what surrounds it, as details and lists show it. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';

const SHOWN = [
  'id',
  'counter',
  'step',
  'title',
  'tags',
  'image',
  'command',
  'interpolated_command',
  'parameters',
  'inputs',
  'environment_variables',
  'inherit_environment_variables',
  'environment_variable_groups',
  'runtime_config',
  'runtime_config_preset_id',
  'priority',
  'time_limit',
  'no_output_timeout',
  'stop_expression',
  'upload_store_id',
  'max_retries',
  'status',
  'attempt',
  'exit_code',
  'cumulative_metadata',
  'executor_identity',
  'creator_id',
  'ctime',
  'mtime',
  'queued_at',
  'started_at',
  'end_time',
  'deleted_at',
] as const;

/** While it waits: what keeps everybody waiting. What keeps only this one, with numbers, is told of one alone (`waiting/`). */
const STATUS_DETAIL = sql<string>`CASE WHEN executions.status <> 'queued' THEN executions.status_detail ELSE COALESCE(
  CASE WHEN NOT environments.in_config THEN 'Waits: environment ' || environments.slug
    || ' was taken out of the installation''s config. Stop this and start it in another, or wait until it is put back.' END,
  CASE WHEN environments.paused_at IS NOT NULL THEN 'Waits: environment ' || environments.slug || ' is paused'
    || coalesce(': ' || nullif(environments.pause_reason, ''), '') || '.' END,
  (SELECT CASE WHEN bool_and(workers.info->>'unready' IS NOT NULL)
      THEN 'Waits: worker ' || min(workers.name) || ' ' || min(workers.info->>'unready') END
    FROM workers WHERE workers.environment_id = executions.environment_id
    AND workers.last_seen > now() - interval '1 minute'),
  executions.status_detail) END`;

/** Everything but the outputs, in one query. */
export const selectExecutions = (db: Kysely<Database>) =>
  db
    .selectFrom('executions')
    .innerJoin('projects', 'projects.id', 'executions.project_id')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .leftJoin('commits', 'commits.id', 'executions.commit_id')
    .innerJoin('environments', 'environments.id', 'executions.environment_id')
    .leftJoin('repositories', 'repositories.project_id', 'executions.project_id')
    .leftJoin('users', 'users.id', 'executions.creator_id')
    .select(SHOWN.map((name) => `executions.${name}` as const))
    .select(STATUS_DETAIL.as('status_detail'))
    .select([
      'projects.id as project_id',
      'projects.name as project_name',
      'projects.description as project_description',
      'organizations.id as owner_id',
      'organizations.name as owner_name',
      'commits.identifier as commit_identifier',
      'commits.ref as commit_ref',
      'commits.commit_time',
      'commits.adhoc as commit_adhoc',
      'commits.description as commit_description',
      'repositories.url as repository_url',
      'environments.id as environment_id',
      'environments.slug as environment_slug',
      'environments.name as environment_name',
      'environments.per_hour_price_usd',
      'users.username as creator_name',
    ])
    .select(
      sql<number>`(SELECT count(*)::int FROM datums WHERE datums.output_execution_id = executions.id
        AND datums.replaced_by IS NULL)`.as('n_outputs'),
    )
    // The database's clock, so that a running duration does not depend on ours.
    .select(
      sql<
        number | null
      >`extract(epoch FROM COALESCE(executions.end_time, now()) - executions.started_at)::float8`.as(
        'duration',
      ),
    );

export type ExecutionRecord = Awaited<
  ReturnType<ReturnType<typeof selectExecutions>['executeTakeFirstOrThrow']>
>;

export interface OutputRecord {
  id: string;
  name: string;
  size: number;
  ctime: Date;
  file_ctime: Date | null;
  file_mtime: Date | null;
  purged: boolean;
}
/** What a run has left, oldest first; `all`: also what a later attempt made anew. */
export const outputsOf = (db: Kysely<Database>, executionId: string, all = false): Promise<OutputRecord[]> =>
  db
    .selectFrom('datums')
    .select(['id', 'name', 'size', 'ctime', 'file_ctime', 'file_mtime', 'purged'])
    .where('output_execution_id', '=', executionId)
    .$if(!all, (query) => query.where('replaced_by', 'is', null))
    .orderBy('ctime')
    .orderBy('name')
    .execute();
