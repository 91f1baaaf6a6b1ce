import { sql } from 'kysely';
import type { Context, Platform } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { storable } from '../storable.ts';
import { requireRun } from './guard.ts';
import { isJobToken } from './job-token.ts';

/** A worker's line on what the run is doing. */
export async function reportStatus(
  context: Context,
  input: { executionId: string; token: string; statusDetail: string },
): Promise<void> {
  const { executionId } = await requireRun(context, input);
  await write(context.platform, executionId, input.statusDetail);
}

/** The job's own line, by the address in its `api.json` (contract 3.2). */
export async function setStatusDetail(
  platform: Platform,
  input: { executionId: string; jobToken: string; statusDetail: string },
): Promise<void> {
  const living = isUuid(input.executionId)
    ? await platform.db
        .selectFrom('executions')
        .innerJoin('attempts', (join) =>
          join
            .onRef('attempts.execution_id', '=', 'executions.id')
            .onRef('attempts.number', '=', 'executions.attempt'),
        )
        .select(['attempts.token', 'attempts.ended_at'])
        .where('executions.id', '=', input.executionId)
        .executeTakeFirst()
    : undefined;
  if (!living) throw notFound(`Execution ${input.executionId}`);
  if (living.ended_at !== null || !isJobToken(input.jobToken, living.token)) {
    throw new CoveError('unauthenticated', 'This token is not of a running attempt of this execution.');
  }
  await write(platform, input.executionId, input.statusDetail);
}

const write = (platform: Platform, executionId: string, text: string) =>
  platform.db
    .updateTable('executions')
    .set({ status_detail: storable(text).slice(0, 4000), mtime: sql<Date>`now()` })
    .where('id', '=', executionId)
    .execute();
