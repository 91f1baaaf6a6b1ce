import { sql } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { ringForOrganization } from '../workers/wake.ts';
import { Most } from './create.ts';
import { type QuotaView, requireQuota } from './view.ts';

export const UpdateQuota = z.object({ max_running: Most });

/** Those who may start by a higher number do so at once. */
export async function updateQuota(
  context: Context,
  id: string,
  { max_running }: z.infer<typeof UpdateQuota>,
): Promise<QuotaView> {
  const changed = await withTransaction(context.platform.db, async (tx) => {
    const { most, kind, subject, owner } = await requireQuota(tx, context, id, 'quota.manage');
    await tx
      .updateTable('quotas')
      .set({ most: max_running, mtime: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    const told = { organization: owner, kind, subject, max_running, before: most };
    await audit(tx, context, 'quota.update', { id }, told);
    return requireQuota(tx, context, id, 'quota.read');
  });
  await ringForOrganization(context.platform, changed.organization_id);
  return changed;
}

/** From now on any number may run. */
export async function deleteQuota(context: Context, id: string): Promise<void> {
  const { organization_id } = await withTransaction(context.platform.db, async (tx) => {
    const quota = await requireQuota(tx, context, id, 'quota.manage');
    await tx.deleteFrom('quotas').where('id', '=', quota.id).execute();
    const { owner, kind, subject, most } = quota;
    const told = { organization: owner, kind, subject, max_running: most };
    await audit(tx, context, 'quota.delete', { id: quota.id }, told);
    return quota;
  });
  await ringForOrganization(context.platform, organization_id);
}
