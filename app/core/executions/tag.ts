import { sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { storable } from '../storable.ts';
import { tidyTags } from '../tags.ts';
import { requireExecution } from './access.ts';

/** Gives an execution these tags, in place of those it had. */
export async function tagExecution(
  context: Context,
  input: { execution: string; tags: string[] },
): Promise<{ tags: string[] }> {
  const execution = await requireExecution(context, input.execution, 'execution.update');
  const tags = tidyTags(storable(input.tags));
  await withTransaction(context.platform.db, async (tx) => {
    await tx
      .updateTable('executions')
      .set({ tags, mtime: sql<Date>`now()` })
      .where('id', '=', execution.id)
      .execute();
    await audit(
      tx,
      context,
      'execution.tag',
      { id: execution.id, projectId: execution.project_id },
      { tags },
    );
  });
  return { tags };
}
