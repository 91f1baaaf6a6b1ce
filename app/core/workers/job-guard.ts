import type { ExecutionInput } from '../../platform/tables.ts';
import type { Platform } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { isJobToken } from './job-token.ts';

/** The execution that a job's own call is about; throws unless its living attempt has that token. */
export async function requireJob(
  { db }: Platform,
  { executionId, jobToken }: { executionId: string; jobToken: string },
): Promise<{ id: string; projectId: string; inputs: ExecutionInput[] }> {
  const found = isUuid(executionId)
    ? await db
        .selectFrom('executions')
        .innerJoin('attempts', (join) =>
          join
            .onRef('attempts.execution_id', '=', 'executions.id')
            .onRef('attempts.number', '=', 'executions.attempt'),
        )
        .select([
          'executions.id',
          'executions.project_id',
          'executions.inputs',
          'attempts.token',
          'attempts.ended_at',
        ])
        .where('executions.id', '=', executionId)
        .executeTakeFirst()
    : undefined;
  if (!found) throw notFound(`Execution ${executionId}`);
  if (found.ended_at !== null || !isJobToken(jobToken, found.token)) {
    throw new CoveError('unauthenticated', 'This token is not of a running attempt of this execution.');
  }
  return { id: found.id, projectId: found.project_id, inputs: found.inputs };
}
