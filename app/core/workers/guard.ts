/** Every report of a worker passes here: its environment's run, with the living attempt's token. */
import type { Kysely } from 'kysely';
import { ASKED_ID, byIds } from '../../platform/by-ids.ts';
import type { Database } from '../../platform/tables.ts';
import { perKey } from '../../platform/together.ts';
import type { Context } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';

export interface Worker {
  workerId: string;
  environmentId: string;
  environmentSlug: string;
}
export function requireWorker(context: Context): Worker {
  if (context.actor.kind === 'worker') return context.actor;
  throw new CoveError('unauthenticated', 'A worker token is needed here.');
}

export interface Run {
  executionId: string;
  projectId: string;
  attempt: number;
  slug: string;
  /** Where its outputs go. */
  storeId: string;
}
export const fenced = (executionId: string) =>
  new CoveError(
    'fenced',
    `This attempt of execution ${executionId} is no longer the living one: give it up.`,
  );

/** The run a report is about. A token that is not the living attempt's is refused, and the refusal recorded. */
export async function requireRun(
  context: Context,
  input: { executionId: string; token: string },
): Promise<Run> {
  const run = await ownRun(context, input.executionId);
  if (run.token === input.token && run.ended_at === null) return run.run;
  const answer = await context.platform.runs.fence(input.executionId, input.token);
  if (!answer.ok) throw fenced(input.executionId);
  return { ...run.run, attempt: answer.value.attempt };
}

const selectRun = (db: Kysely<Database>) =>
  db
    .selectFrom('executions')
    .leftJoin('attempts', (join) =>
      join
        .onRef('attempts.execution_id', '=', 'executions.id')
        .onRef('attempts.number', '=', 'executions.attempt'),
    )
    .select([
      'executions.id',
      'executions.environment_id',
      'executions.project_id',
      'executions.status',
      'executions.stop_reason',
      'executions.upload_store_id',
      'attempts.number',
      'attempts.token',
      'attempts.ended_at',
    ])
    .where('executions.id', '=', ASKED_ID);
const lookers = perKey((db: Kysely<Database>) => byIds(db, selectRun(db)));

/** The execution, if it is queued in the worker's environment; for others it does not exist. */
export async function ownRun(context: Context, executionId: string) {
  const worker = requireWorker(context);
  const row = isUuid(executionId) ? await lookers(context.platform.db)(executionId.toLowerCase()) : null;
  if (row?.environment_id !== worker.environmentId) throw notFound(`Execution ${executionId}`);
  const run: Run = {
    executionId,
    projectId: row.project_id,
    attempt: row.number ?? 0,
    slug: worker.environmentSlug,
    storeId: row.upload_store_id,
  };
  const { status, stop_reason, token, ended_at } = row;
  return { run, status, stop_reason, token, ended_at };
}
