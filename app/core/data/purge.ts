import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { openStore } from '../stores/open.ts';
import { requireDatum } from './get.ts';

/** Deletes a file's bytes for good; what is known of it stays. Purging twice is no error. */
export async function purgeDatum(context: Context, input: { datum: string }): Promise<void> {
  const datum = await requireDatum(context, input.datum, 'data.purge');
  const store = await openStore(context, datum.store_id);
  const { name, allow_write } = await context.platform.db
    .selectFrom('stores')
    .select(['name', 'allow_write'])
    .where('id', '=', datum.store_id)
    .executeTakeFirstOrThrow();
  if (!allow_write)
    throw new CoveError(
      'conflict',
      `The data store ${name} does not allow writing: nothing is deleted there.`,
    );
  // One file of a bucket may have been adopted by two projects: its bytes go with the last of them.
  const elsewhere = await context.platform.db
    .selectFrom('datums')
    .select('id')
    .where('store_id', '=', datum.store_id)
    .where('storage_key', '=', datum.storage_key)
    .where('id', '!=', datum.id)
    .where('purged', '=', false)
    .executeTakeFirst();
  await withTransaction(context.platform.db, async (tx) => {
    const done = await tx
      .updateTable('datums')
      .set({ purged: true })
      .where('id', '=', datum.id)
      .where('purged', '=', false)
      .executeTakeFirst();
    if (done.numUpdatedRows === 0n) return;
    const subject = { id: datum.id, projectId: datum.project_id };
    await audit(tx, context, 'data.purge', subject, { name: datum.name, size: datum.size });
  });
  if (!elsewhere) await store.delete(datum.storage_key);
}
