import { sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { secretPathOf } from './open.ts';
import { requireManagedStore } from './record.ts';

/** Forgets a store that nothing needs any more, and its credentials. The bucket is not touched. */
export async function deleteStore(context: Context, id: string): Promise<void> {
  const { db, secrets } = context.platform;
  const store = await requireManagedStore(db, context, id);
  await withTransaction(db, async (tx) => {
    await tx.selectFrom('stores').select('id').where('id', '=', id).forUpdate().execute();
    const { count } = await tx
      .selectFrom('datums')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('store_id', '=', id)
      .where('purged', '=', false)
      .executeTakeFirstOrThrow();
    if (count > 0)
      throw new CoveError(
        'conflict',
        `${count} files lie in the data store ${store.name}. Purge them first.`,
      );
    const run = await tx
      .selectFrom('executions')
      .innerJoin('projects', 'projects.id', 'executions.project_id')
      .select(['executions.counter', 'projects.name'])
      .where('executions.upload_store_id', '=', id)
      .where('executions.status', 'in', ['created', 'queued', 'started', 'stopping'])
      .executeTakeFirst();
    if (run)
      throw new CoveError(
        'conflict',
        `Execution #${run.counter} of ${run.name} will put its outputs into ${store.name}. Let it end, or stop it.`,
      );
    for (const column of ['default_store_id', 'upload_store_id'] as const)
      await tx
        .updateTable('projects')
        .set({ [column]: null })
        .where(column, '=', id)
        .execute();
    await tx
      .updateTable('stores')
      .set({ deleted_at: sql<Date>`now()`, mtime: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    await audit(tx, context, 'store.delete', { id, projectId: store.project_id }, { name: store.name });
    await secrets.remove(secretPathOf(id));
  });
}
