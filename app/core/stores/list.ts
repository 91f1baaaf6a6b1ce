import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { requireProject, requireUser } from '../rights.ts';
import { requireStore, type StoreRecord, selectStores } from './record.ts';
import { usableStores } from './usable.ts';

/** Stores that the person may see; with a project, those of them that its jobs may use. */
export async function listStores(
  context: Context,
  input: { project?: string | undefined; limit: number | null; offset: number },
): Promise<{ count: number; rows: StoreRecord[] }> {
  requireUser(context);
  const { db } = context.platform;
  let query = selectStores(db, context);
  if (input.project !== undefined) {
    const project = await requireProject(db, context, input.project, 'project.read');
    const usable = await usableStores(db, project);
    const ids = usable.map(({ id }) => id);
    query = query.where('stores.id', '=', sql<string>`ANY(${sql.val(ids)}::uuid[])`);
  }
  const { count } = await query
    .clearSelect()
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow();
  let window = query.orderBy('stores.name').orderBy('stores.id').offset(input.offset);
  if (input.limit !== null) window = window.limit(input.limit);
  return { count, rows: await window.execute() };
}

export const getStore = (context: Context, id: string): Promise<StoreRecord> =>
  requireStore(context.platform.db, context, id);
