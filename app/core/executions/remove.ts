import { sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { requireExecution } from './access.ts';

/** Takes an ended execution out of sight. Its outputs stay until they are purged. */
export async function removeExecution(context: Context, input: { execution: string }): Promise<void> {
  const execution = await requireExecution(context, input.execution, 'execution.delete');
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
}
