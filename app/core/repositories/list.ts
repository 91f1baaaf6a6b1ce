import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { isUuid } from '../ids.ts';
import { requireUser } from '../rights.ts';
import { readableProjects } from '../roles.ts';

/** Repositories of the projects that the person may read, by project. */
export async function listRepositories(
  context: Context,
  input: { project?: string | undefined; limit: number | null; offset: number },
) {
  requireUser(context);
  if (input.project !== undefined && !isUuid(input.project)) return { count: 0, rows: [] };
  let found = context.platform.db
    .selectFrom('repositories')
    .innerJoin('projects', 'projects.id', 'repositories.project_id')
    .where(readableProjects(context.actor));
  if (input.project !== undefined) found = found.where('projects.id', '=', input.project);
  let window = found
    .selectAll('repositories')
    .orderBy('projects.name')
    .orderBy('projects.id')
    .offset(input.offset);
  if (input.limit !== null) window = window.limit(input.limit);
  const { count } = await found.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow();
  return { count, rows: await window.execute() };
}
