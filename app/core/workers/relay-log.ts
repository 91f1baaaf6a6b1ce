import type { LogLine } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { requireRun } from './guard.ts';

/** Lines of the living log from a worker that cannot reach Redis. */
export async function relayLog(
  context: Context,
  input: { executionId: string; token: string; lines: LogLine[] },
): Promise<void> {
  const { executionId, attempt, slug } = await requireRun(context, input);
  await context.platform.queue.appendLog(slug, executionId, attempt, input.lines);
}
