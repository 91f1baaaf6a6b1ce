import { type Selectable, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { requireProject, requireUser } from '../rights.ts';
import { readableProjects } from '../roles.ts';

export interface CommitView extends Omit<Selectable<Database['commits']>, 'config'> {
  config: Record<string, unknown>[] | null;
  hasConfig: boolean;
  repositoryUrl: string | null;
  owner: string;
  projectName: string;
}
export interface ListCommits {
  limit: number | null;
  offset: number;
  count: boolean;
  project?: string | undefined;
  adhoc?: boolean | undefined;
  ordering: { field: 'commit_time' | 'ctime'; direction: 'asc' | 'desc' };
  /** A list seldom wants the files' contents, and they are large. */
  config: boolean;
}

/** Commits of living projects that the actor may read, with what their shape needs. */
export function readableCommits(context: Context, config: boolean) {
  const columns = [
    'id',
    'project_id',
    'identifier',
    'adhoc',
    'ref',
    'ref_names',
    'commit_time',
    'description',
  ] as const;
  const more = [
    'yaml_path',
    'config_error',
    'snapshot_key',
    'snapshot_sha256',
    'snapshot_size',
    'ctime',
  ] as const;
  return context.platform.db
    .selectFrom('commits')
    .innerJoin('projects', 'projects.id', 'commits.project_id')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .leftJoin('repositories', 'repositories.project_id', 'projects.id')
    .select([...columns, ...more].map((name) => `commits.${name}` as const))
    .select([
      'repositories.url as repositoryUrl',
      'organizations.name as owner',
      'projects.name as projectName',
    ])
    .select(sql<boolean>`commits.config IS NOT NULL`.as('hasConfig'))
    .select(
      (config
        ? sql<Record<string, unknown>[] | null>`commits.config`
        : sql<Record<string, unknown>[] | null>`NULL::jsonb`
      ).as('config'),
    )
    .where(readableProjects(context.actor));
}

/** Newest first, unless told otherwise. */
export async function listCommits(
  context: Context,
  input: ListCommits,
): Promise<{ count?: number; rows: CommitView[] }> {
  requireUser(context);
  if (input.project !== undefined)
    await requireProject(context.platform.db, context, input.project, 'commit.read');
  let found = readableCommits(context, input.config);
  if (input.project !== undefined) found = found.where('commits.project_id', '=', input.project);
  if (input.adhoc !== undefined) found = found.where('commits.adhoc', '=', input.adhoc);
  let rows = found
    .orderBy(`commits.${input.ordering.field}`, input.ordering.direction)
    .orderBy('commits.ctime', 'desc')
    .offset(input.offset);
  if (input.limit !== null) rows = rows.limit(input.limit);
  const list = await rows.execute();
  if (!input.count) return { rows: list };
  const { count } = await found
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { count, rows: list };
}

/** The same commits with what their shape needs, in the same order. */
export async function getCommitsByRows(context: Context, rows: { id: string }[]): Promise<CommitView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const views = await readableCommits(context, false).where('commits.id', 'in', ids).execute();
  return ids.flatMap((id) => views.filter((view) => view.id === id));
}
