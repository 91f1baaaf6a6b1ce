import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { readableProjects } from '../roles.ts';
import { type ProjectView, viewProjects } from './view.ts';

export interface ListProjects {
  limit: number | null;
  offset: number;
  count: boolean;
  ordering: { field: 'name' | 'ctime' | 'mtime'; direction: 'asc' | 'desc' };
  /** Part of the name. */
  search?: string | undefined;
  /** All of them. */
  tags?: readonly string[];
}

/** Living projects that the person may see. */
export async function listProjects(
  context: Context,
  input: ListProjects,
): Promise<{ count?: number; rows: ProjectView[] }> {
  const { db } = context.platform;
  let found = db.selectFrom('projects').where(readableProjects(context.actor));
  if (input.search) {
    const pattern = `%${input.search.replace(/[\\%_]/g, '\\$&')}%`;
    found = found.where('projects.name', 'ilike', pattern);
  }
  if (input.tags?.length) found = found.where(sql<boolean>`projects.tags @> ${[...input.tags]}::text[]`);
  let rows = found
    .selectAll('projects')
    .orderBy(`projects.${input.ordering.field}`, input.ordering.direction);
  if (input.limit !== null) rows = rows.limit(input.limit);
  const list = await viewProjects(
    db,
    context,
    await rows.orderBy('projects.id').offset(input.offset).execute(),
  );
  if (!input.count) return { rows: list };
  const { count } = await found
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { count, rows: list };
}
