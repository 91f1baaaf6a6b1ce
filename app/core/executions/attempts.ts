import type { EndStatus } from '../../platform/words.ts';
import type { Context } from '../context.ts';
import { requireExecution } from './access.ts';

export interface AttemptRecord {
  number: number;
  /** Null: it is forgotten. */
  worker: string | null;
  started_at: Date;
  /** Null: it lives. */
  ended_at: Date | null;
  end_status: EndStatus | null;
  exit_code: number | null;
  reason: string | null;
  /** Its execution was queued again after it. */
  run_again: boolean;
  /** So many reports came after its end, and were refused. */
  refused_reports: number;
}

/** Every try to run an execution, the first one first. */
export async function attemptsOf(context: Context, input: { execution: string }): Promise<AttemptRecord[]> {
  const { id } = await requireExecution(context, input.execution, 'execution.read');
  return context.platform.db
    .selectFrom('attempts')
    .leftJoin('workers', 'workers.id', 'attempts.worker_id')
    .select(['number', 'workers.name as worker', 'started_at', 'ended_at', 'end_status'])
    .select(['exit_code', 'reason', 'run_again', 'refused_reports'])
    .where('execution_id', '=', id)
    .orderBy('number')
    .execute();
}
