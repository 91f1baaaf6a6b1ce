import { sql } from 'kysely';
import type { Phase, Progress } from '../../protocol/worker.ts';
import type { Context, Platform } from '../context.ts';
import { storable } from '../storable.ts';
import { requireRun } from './guard.ts';
import { requireJob } from './job-guard.ts';

/** A worker's line on what the run is doing. */
export async function reportStatus(
  context: Context,
  input: {
    executionId: string;
    token: string;
    statusDetail: string;
    phase?: Phase | null | undefined;
    progress?: Progress | null | undefined;
  },
): Promise<void> {
  const { executionId } = await requireRun(context, input);
  const { phase, progress = null } = input;
  if (phase !== undefined)
    await sql`UPDATE attempts SET phase = ${phase}, progress = ${progress && JSON.stringify(progress)}::jsonb,
      phase_since = CASE WHEN phase IS NOT DISTINCT FROM ${phase} THEN phase_since ELSE now() END
      WHERE execution_id = ${executionId} AND token = ${input.token}`.execute(context.platform.db);
  await write(context.platform, executionId, input.statusDetail);
}

/** The job's own line, by the address in its `api.json` (contract 3.2). */
export async function setStatusDetail(
  platform: Platform,
  input: { executionId: string; jobToken: string; statusDetail: string },
): Promise<void> {
  const job = await requireJob(platform, input);
  await write(platform, job.id, input.statusDetail);
}

const write = (platform: Platform, executionId: string, text: string) =>
  platform.db
    .updateTable('executions')
    .set({ status_detail: storable(text).slice(0, 4000), mtime: sql<Date>`now()` })
    .where('id', '=', executionId)
    .execute();
