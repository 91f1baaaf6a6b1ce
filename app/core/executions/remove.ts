import { sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { purgeDatum } from '../data/purge.ts';
import { CoveError } from '../errors.ts';
import { requireExecution } from './access.ts';
import { outputsOf } from './record.ts';

/** Takes an ended execution out of sight. Its outputs stay, unless their bytes are to go too. */
export async function removeExecution(
  context: Context,
  input: { execution: string; purgeOutputs?: boolean },
): Promise<void> {
  const execution = await requireExecution(context, input.execution, 'execution.delete');
  const outputs = input.purgeOutputs ? await outputsOf(context.platform.db, execution.id, true) : [];
  await withTransaction(context.platform.db, async (tx) => {
    const done = await tx
      .updateTable('executions')
      .set({ deleted_at: sql<Date>`now()`, mtime: sql<Date>`now()` })
      .where('id', '=', execution.id)
      .where('status', 'in', ['complete', 'error', 'crashed', 'stopped'])
      .executeTakeFirst();
    if (done.numUpdatedRows === 0n) {
      throw new CoveError(
        'conflict',
        `Execution #${execution.counter} has not ended (${execution.status}). Stop it first.`,
      );
    }
    await audit(tx, context, 'execution.delete', { id: execution.id, projectId: execution.project_id });
  });
  // After the execution: what goes wrong here leaves files that can still be purged one by one.
  for (const { id, purged } of outputs) if (!purged) await purgeDatum(context, { datum: id });
}
