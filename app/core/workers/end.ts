import type { z } from 'zod';
import type { EndReport } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { archiveLog } from '../logs/archive.ts';
import { storable } from '../storable.ts';
import { endRun } from './end-run.ts';
import { fenced, ownRun } from './guard.ts';

/** How an attempt ended. Repeating it changes nothing. */
export async function end(
  context: Context,
  input: { executionId: string } & z.infer<typeof EndReport>,
): Promise<{ status: string }> {
  const { platform } = context;
  const { run, stop_reason } = await ownRun(context, input.executionId);
  const answer = await endRun(
    context,
    { ...run, token: input.token },
    {
      status: input.status,
      exitCode: input.exit_code,
      // The worker knows that it was told to stop, the platform why.
      reason: input.status === 'stopped' && stop_reason !== null ? stop_reason : storable(input.reason),
      logLines: input.log_lines,
    },
  );
  if (!answer.ok) throw fenced(input.executionId);
  const { status, repeated } = answer.value;
  // Told again: it is kept by now, or the scheduler sees to it; another attempt may write.
  if (repeated) return { status };
  try {
    await archiveLog(platform, run, status === 'queued' ? run.attempt : undefined);
  } catch (error) {
    platform.log.warn(
      { err: error, execution: run.executionId },
      'the live log stays in Redis until it can be stored',
    );
  }
  return { status };
}
