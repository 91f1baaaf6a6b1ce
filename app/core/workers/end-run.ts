import { withTransaction } from '../../platform/postgres.ts';
import type { Status } from '../../platform/words.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { auditOf, reported } from '../lifecycle/execution.ts';
import type { End, Reported } from '../lifecycle/run-store.ts';
import { sqlRunStore } from '../lifecycle/run-store-sql.ts';
import { ringAfter } from './wake.ts';

/** Ends an attempt with its audit row, and rings for who waited for its place, or for the attempt that follows it. */
export async function endRun(
  context: Context,
  run: { executionId: string; projectId: string; attempt: number; token: string },
  end: End,
): Promise<Reported<{ status: Status; repeated: boolean }>> {
  const { executionId: id, projectId, attempt } = run;
  const ended = await withTransaction(context.platform.db, async (tx) => {
    const answer = await sqlRunStore(tx).end(id, run.token, end);
    if (!answer.ok || answer.value.repeated) return answer;
    const told = { status: end.status, attempt, exit_code: end.exitCode, reason: end.reason };
    const { kind } = reported(end.status);
    await audit(tx, context, auditOf(kind, answer.value.status), { id, projectId }, told);
    return answer;
  });
  if (ended.ok && !ended.value.repeated) await ringAfter(context.platform, id, ended.value.status);
  return ended;
}
