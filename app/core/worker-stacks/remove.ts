import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { retireEnvironments } from '../environments/owned-by-config.ts';
import { requireStacks, viewStack } from './fields.ts';

/** Forgets a worker stack: its environments take no new job, what ran there stays, its scaler is refused from now on. */
export async function removeWorkerStack(context: Context, name: string): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    await requireStacks(tx, context, name);
    const stack = await viewStack(tx, name);
    await retireEnvironments(tx, context, stack, []);
    await tx
      .updateTable('environments')
      .set({ worker_stack_id: null, machine_group: null, mtime: new Date() })
      .where('worker_stack_id', '=', stack.id)
      .execute();
    await tx.deleteFrom('worker_stacks').where('id', '=', stack.id).execute();
    await audit(tx, context, 'worker_stack.remove', stack, { name });
  });
}
