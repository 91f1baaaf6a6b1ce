import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { readableProjects } from '../roles.ts';
import { parseReference } from './access.ts';
import { type ExecutionRecord, type OutputRecord, outputsOf, selectExecutions } from './record.ts';
import { lookAndExplain } from './waiting/get.ts';

export interface ExecutionDetail {
  execution: ExecutionRecord;
  /** Null where they were not asked for. */
  outputs: OutputRecord[] | null;
}

/** What its worker does before the command runs. */
const PHASE = sql<string | null>`(SELECT phase FROM attempts
  WHERE execution_id = executions.id AND number = executions.attempt)`;

/** One execution by id, `<project>:<counter>` or `<project>:latest`. Cheap: viewers ask once a second. */
export async function getExecution(
  context: Context,
  input: { execution: string; outputs: boolean },
): Promise<ExecutionDetail> {
  const reference = parseReference(input.execution);
  if (reference === null) throw notFound(`Execution ${input.execution}`);
  let query = selectExecutions(context.platform.db)
    .select(PHASE.as('phase'))
    .where('executions.deleted_at', 'is', null)
    .where(readableProjects(context.actor));
  if ('id' in reference) query = query.where('executions.id', '=', reference.id);
  else {
    query = query.where('executions.project_id', '=', reference.projectId);
    if (reference.counter === 'latest') query = query.orderBy('executions.counter', 'desc').limit(1);
    else query = query.where('executions.counter', '=', reference.counter);
  }
  const execution = await query.executeTakeFirst();
  if (!execution) throw notFound(`Execution ${input.execution}`);
  const isMadeReady = execution.status === 'started' && execution.phase !== null;
  if (execution.status === 'queued' || isMadeReady) {
    const why = await lookAndExplain(context.platform.db, execution.id);
    if (why) execution.status_detail = `${why.message} ${why.cure}`.trim();
  }
  const wanted = input.outputs && execution.n_outputs > 0;
  const outputs = wanted ? await outputsOf(context.platform.db, execution.id) : [];
  return { execution, outputs: input.outputs ? outputs : null };
}
