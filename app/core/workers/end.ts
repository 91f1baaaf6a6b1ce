import type { z } from 'zod';
import type { EndReport } from '../../protocol/worker.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { archiveLog } from '../logs/archive.ts';
import { fenced, ownRun } from './guard.ts';

/** How an attempt ended. Repeating it changes nothing. */
export async function end(
  context: Context,
  input: { executionId: string } & z.infer<typeof EndReport>,
): Promise<{ status: string }> {
  const { platform } = context;
  const before = await ownRun(context, input.executionId);
  const answer = await platform.runs.end(input.executionId, input.token, {
    status: input.status,
    exitCode: input.exit_code,
    reason: input.reason,
    logLines: input.log_lines,
  });
  if (!answer.ok) throw fenced(input.executionId);
  const { status } = answer.value;
  const { run } = before;
  if (before.ended_at === null) {
    const subject = { id: run.executionId, projectId: run.projectId };
    const told = { status, exit_code: input.exit_code, reason: input.reason, attempt: run.attempt };
    await audit(platform.db, context, 'execution.end', subject, told);
  }
  try {
    await archiveLog(platform, { executionId: run.executionId, slug: run.slug });
  } catch (error) {
    platform.log.warn(
      { err: error, execution: run.executionId },
      'the live log stays in Redis until it can be stored',
    );
  }
  return { status };
}
