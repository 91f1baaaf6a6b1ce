import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { requireGroup, secretsOf } from './access.ts';

/** Deletes a group with its secrets. A waiting execution that was given it ends with an error that says so. */
export async function deleteGroup(context: Context, id: string): Promise<void> {
  const { db, secrets } = context.platform;
  await withTransaction(db, async (tx) => {
    const group = await requireGroup(tx, context, id, 'variable_group.update', { lock: true });
    await tx.deleteFrom('environment_variable_groups').where('id', '=', group.id).execute();
    await audit(tx, context, 'variable_group.delete', { id: group.id }, { name: group.name });
    await secrets.remove(secretsOf(group.id));
  });
}
