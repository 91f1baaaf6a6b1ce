import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import type { End, EndStatus, Reported } from '../lifecycle/run-store.ts';
import { sqlRunStore } from '../lifecycle/run-store-sql.ts';
import { ringForPlace } from './wake.ts';

/** Ends a run with its audit row, and rings for who waited for its place. `repeated`: it had ended before, so there is nothing to audit. */
export async function endRun(
  context: Context,
  run: { executionId: string; projectId: string; token: string; repeated: boolean },
  end: End,
): Promise<Reported<{ status: EndStatus }>> {
  const ended = await withTransaction(context.platform.db, async (tx) => {
    const answer = await sqlRunStore(tx).end(run.executionId, run.token, end);
    if (answer.ok && !run.repeated) {
      const told = { status: answer.value.status, exit_code: end.exitCode, reason: end.reason };
      await audit(tx, context, 'execution.end', { id: run.executionId, projectId: run.projectId }, told);
    }
    return answer;
  });
  if (ended.ok && !run.repeated) await ringForPlace(context.platform, run.executionId);
  return ended;
}
