import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { requireDatum } from './get.ts';

/** Deletes a file's bytes for good; what is known of it stays. Purging twice is no error. */
export async function purgeDatum(context: Context, input: { datum: string }): Promise<void> {
  const datum = await requireDatum(context, input.datum, 'data.purge');
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
  await context.platform.storage.delete(datum.storage_key);
}
