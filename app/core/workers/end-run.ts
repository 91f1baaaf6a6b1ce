import type { Context } from '../context.ts';
import type { End, Ended, Reported } from '../lifecycle/run-store.ts';
import { ringAfter } from './wake.ts';

/** Ends an attempt with its audit row, and rings for who waited for its place. */
export async function endRun(
  { platform, actor }: Context,
  run: { executionId: string; projectId: string; attempt: number; token: string },
  end: End,
): Promise<Reported<Ended>> {
  const { executionId: id, projectId, attempt, token } = run;
  const properties = { status: end.status, attempt, exit_code: end.exitCode, reason: end.reason };
  const ended = await platform.runs.end(id, token, end, { actor, projectId, properties });
  if (ended.ok && ended.value.limited) await ringAfter(platform, id);
  return ended;
}
