import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { archiveLog } from '../logs/archive.ts';
import { ringForPlace } from './wake.ts';

/** Ends the runs of workers that fell silent, and keeps what arrived of their logs. Returns how many. */
export async function reapLost(context: Context): Promise<number> {
  const { platform } = context;
  const reaped = await platform.runs.reap();
  for (const { executionId, attempt, status } of reaped) {
    const row = await platform.db
      .selectFrom('executions')
      .innerJoin('environments', 'environments.id', 'executions.environment_id')
      .select(['project_id', 'slug', 'status_detail', 'executor_identity'])
      .where('executions.id', '=', executionId)
      .executeTakeFirstOrThrow();
    const told = { status, attempt, reason: row.status_detail, worker: row.executor_identity };
    await audit(platform.db, context, 'execution.end', { id: executionId, projectId: row.project_id }, told);
    platform.log.warn({ execution: executionId, ...told }, 'a worker was lost');
    await ringForPlace(platform, executionId);
    await archiveLog(platform, { executionId, slug: row.slug }).catch((error: unknown) => {
      platform.log.warn({ err: error, execution: executionId }, 'the log of a lost run waits to be stored');
    });
  }
  return reaped.length;
}
