import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { auditOf } from '../lifecycle/execution.ts';
import { sqlRunStore } from '../lifecycle/run-store-sql.ts';
import { archiveLog } from '../logs/archive.ts';
import { silenceOfControlPlane } from './control-plane.ts';
import { ringAfter } from './wake.ts';

/**
 * Ends the attempts of workers that fell silent, or has their executions run again, and keeps what arrived of their logs.
 * Returns how many. `may` judges by the seconds since the API last said that it answers.
 */
export async function reapLost(context: Context, may: (silenceSeconds: number) => boolean): Promise<number> {
  const { platform } = context;
  const lost = await withTransaction(platform.db, async (tx) => {
    // In a transaction time stands still: however long the second statement waits, a lease is over only if it was at this look.
    if (!may(await silenceOfControlPlane({ db: tx }))) return [];
    const reaped = await sqlRunStore(tx).reap();
    if (reaped.length === 0) return [];
    const rows = await tx
      .selectFrom('executions')
      .innerJoin('environments', 'environments.id', 'executions.environment_id')
      .innerJoin('attempts', (join) =>
        join
          .onRef('attempts.execution_id', '=', 'executions.id')
          .onRef('attempts.number', '=', 'executions.attempt'),
      )
      .leftJoin('workers', 'workers.id', 'attempts.worker_id')
      .select(['executions.id', 'executions.status', 'project_id', 'slug', 'number', 'reason'])
      .select('workers.name as worker')
      .where(
        'executions.id',
        'in',
        reaped.map(({ executionId }) => executionId),
      )
      .execute();
    for (const { id, status, project_id: projectId, number: attempt, reason, worker } of rows) {
      const told = { status, attempt, reason, worker };
      await audit(tx, context, auditOf('lose', status), { id, projectId }, told);
      platform.log.warn({ execution: id, ...told }, 'a worker was lost');
    }
    return rows.map((row) => ({ ...row, limited: reaped.some(({ limited }) => limited) }));
  });
  for (const { id, status, slug, number, limited } of lost) {
    if (limited) await ringAfter(platform, id);
    const upTo = status === 'queued' ? number : undefined;
    await archiveLog(platform, { executionId: id, slug }, upTo).catch((error: unknown) => {
      platform.log.warn({ err: error, execution: id }, 'the log of a lost run waits to be stored');
    });
  }
  return lost.length;
}
