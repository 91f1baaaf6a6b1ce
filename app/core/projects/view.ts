/** A project as it is shown: with owner, variables, repository and what its executions are up to. */
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Status } from '../../platform/words.ts';
import type { Context } from '../context.ts';
import { can } from '../rights.ts';
import { memberships, roleIn } from '../roles.ts';

export interface ProjectView extends Selectable<Database['projects']> {
  owner: { id: string; name: string };
  environmentSlug: string | null;
  storeName: string | null;
  repository: { url: string; refs: string[] } | null;
  variables: { name: string; value: string | null; secret: boolean }[];
  /** Living executions by status. */
  executions: Partial<Record<Status, number>>;
  lastExecution: Date | null;
  /** Whether the person may only look. */
  readOnly: boolean;
}

const ids = (rows: { id: string }[]) => sql<string>`ANY(${sql.val(rows.map(({ id }) => id))}::uuid[])`;

/** Adds, with a handful of statements for all of them, what belongs to the projects. */
export async function viewProjects(
  db: Kysely<Database>,
  context: Context,
  rows: Selectable<Database['projects']>[],
): Promise<ProjectView[]> {
  if (rows.length === 0) return [];
  const about = await db
    .selectFrom('projects')
    .innerJoin('organizations', 'organizations.id', 'projects.organization_id')
    .leftJoin('environments', 'environments.id', 'projects.default_environment_id')
    .leftJoin('stores', 'stores.id', 'projects.default_store_id')
    .leftJoin('repositories', 'repositories.project_id', 'projects.id')
    .select(['projects.id', 'organizations.id as ownerId', 'organizations.name as ownerName'])
    .select(['environments.slug', 'stores.name as storeName', 'repositories.url', 'repositories.refs'])
    .where('projects.id', '=', ids(rows))
    .execute();
  const variables = await db
    .selectFrom('project_variables')
    .selectAll()
    .where('project_id', '=', ids(rows))
    .orderBy('name')
    .execute();
  const executions = await db
    .selectFrom('executions')
    .select(['project_id', 'status'])
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('ctime').as('last')])
    .where('project_id', '=', ids(rows))
    .where('deleted_at', 'is', null)
    .groupBy(['project_id', 'status'])
    .execute();
  const mine = await memberships(db, context.actor);
  const aboutById = new Map(about.map((row) => [row.id, row]));
  return rows.map((row) => {
    const said = aboutById.get(row.id)!;
    const counts = executions.filter(({ project_id }) => project_id === row.id);
    return {
      ...row,
      owner: { id: said.ownerId, name: said.ownerName },
      environmentSlug: said.slug,
      storeName: said.storeName,
      repository: said.url === null ? null : { url: said.url, refs: said.refs ?? [] },
      variables: variables.filter(({ project_id }) => project_id === row.id),
      executions: Object.fromEntries(counts.map(({ status, count }) => [status, count])),
      lastExecution: counts.reduce<Date | null>((last, c) => (last && last > c.last ? last : c.last), null),
      readOnly: !can(roleIn(mine, row), 'execution.create'),
    };
  });
}

/** One project, already checked. */
export async function viewProject(
  db: Kysely<Database>,
  context: Context,
  row: Selectable<Database['projects']>,
): Promise<ProjectView> {
  const [view] = await viewProjects(db, context, [row]);
  return view!;
}
