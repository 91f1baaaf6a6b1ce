import type { Context } from '../context.ts';
import { CoveError, invalid } from '../errors.ts';
import { statusEvents } from '../logs/events.ts';
import { requireExecution } from './access.ts';
import { notebookToken } from './notebook.ts';

/** What the worker says in the log once the notebook answers. */
const MARK = /^::notebook::(\{.*\})$/;

/**
 * The address of a running notebook, with the token that opens it. Whoever may make executions may have it: both let
 * one run code here. The log, which viewers read, only holds the address.
 */
export async function openNotebook(context: Context, input: { execution: string }): Promise<{ url: string }> {
  const { db } = context.platform;
  const { id, counter } = await requireExecution(context, input.execution, 'execution.update');
  const run = await db
    .selectFrom('executions')
    .leftJoin('attempts', (join) =>
      join
        .onRef('attempts.execution_id', '=', 'executions.id')
        .onRef('attempts.number', '=', 'executions.attempt')
        .on('attempts.ended_at', 'is', null),
    )
    .select(['executions.status', 'executions.commit_id', 'executions.attempt', 'attempts.token'])
    .where('executions.id', '=', id)
    .executeTakeFirstOrThrow();
  if (run.commit_id !== null) throw invalid('execution', `Execution #${counter} is no notebook.`);
  if (run.status !== 'started' || run.token === null)
    throw new CoveError('conflict', `Notebook #${counter} does not run (${run.status}).`);
  const said = await statusEvents(context, { execution: id, limit: 0 });
  const mark = said.findLast((event) => event.attempt === run.attempt && MARK.test(event.message));
  if (mark === undefined)
    throw new CoveError('conflict', `Notebook #${counter} is still starting; see its log.`);
  const { url } = JSON.parse(MARK.exec(mark.message)?.[1] ?? '') as { url: string };
  return { url: `${url}?token=${notebookToken(run.token)}` };
}
