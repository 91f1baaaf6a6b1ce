import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { isUuid } from '../ids.ts';
import { requireUser } from '../rights.ts';
import { readableProjects } from '../roles.ts';
import { type DatumRecord, selectData } from './record.ts';

export const ORDERINGS = ['ctime', 'name', 'size'] as const;

export interface ListData {
  project?: string | undefined;
  outputExecution?: string | undefined;
  tags: readonly string[];
  name?: string | undefined;
  /** Purged files instead of those that are there. */
  deleted: boolean;
  ordering: { field: (typeof ORDERINGS)[number]; direction: 'asc' | 'desc' };
  limit: number | null;
  offset: number;
  count: boolean;
}

/** Files of the projects the person may read. */
export async function listData(
  context: Context,
  input: ListData,
): Promise<{ count?: number; data: DatumRecord[] }> {
  requireUser(context);
  const ids = [input.project, input.outputExecution].filter((id) => id !== undefined);
  if (!ids.every(isUuid)) return { count: 0, data: [] };
  let query = selectData(context.platform.db)
    .where(readableProjects(context.actor))
    .where('datums.purged', '=', input.deleted);
  if (input.project !== undefined) query = query.where('datums.project_id', '=', input.project);
  if (input.outputExecution !== undefined) {
    query = query.where('datums.output_execution_id', '=', input.outputExecution);
  }
  if (input.name !== undefined) query = query.where('datums.name', '=', input.name);
  if (input.tags.length > 0) query = query.where(sql<boolean>`datums.tags @> ${[...input.tags]}::text[]`);
  const { field, direction } = input.ordering;
  let window = query.orderBy(`datums.${field}`, direction).orderBy('datums.id').offset(input.offset);
  if (input.limit !== null) window = window.limit(input.limit);
  const [data, counted] = await Promise.all([
    window.execute(),
    input.count
      ? query.clearSelect().select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow()
      : undefined,
  ]);
  return counted === undefined ? { data } : { count: counted.count, data };
}
