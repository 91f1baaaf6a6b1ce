import { sql } from 'kysely';
import type { Status } from '../../platform/words.ts';
import type { Context } from '../context.ts';
import { isUuid } from '../ids.ts';
import { requireUser } from '../rights.ts';
import { readableProjects } from '../roles.ts';
import { type Window, windowOf } from '../window.ts';
import { type ExecutionRecord, selectExecutions } from './record.ts';

export const ORDERINGS = ['counter', 'ctime', 'end_time', 'status', 'step', 'title'] as const;
const INCOMPLETE: readonly Status[] = ['created', 'queued', 'started', 'stopping'];
const STATUSES: readonly string[] = [...INCOMPLETE, 'complete', 'error', 'crashed', 'stopped'];

export interface ListExecutions extends Window {
  project?: string | undefined;
  /** Statuses, or `incomplete`, which stands for all that have not ended. */
  statuses: readonly string[];
  counters: readonly string[];
  creator?: string | undefined;
  step?: string | undefined;
  /** Id or slug. */
  environment?: string | undefined;
  /** Identifier, whole. */
  commit?: string | undefined;
  /** Id of a file that they took in. */
  inputDatum?: string | undefined;
  /** All of them. */
  tags?: readonly string[];
  deleted: boolean;
  ordering: { field: (typeof ORDERINGS)[number]; direction: 'asc' | 'desc' };
}

/** The statuses a filter names. Unknown words match nothing, as a filter does. Pure. */
export const expandStatuses = (words: readonly string[]): Status[] => [
  ...new Set(
    words.flatMap((word) =>
      word === 'incomplete' ? INCOMPLETE : STATUSES.includes(word) ? [word as Status] : [],
    ),
  ),
];

/** Executions of the projects the person may read. */
export async function listExecutions(
  context: Context,
  input: ListExecutions,
): Promise<{ count?: number; executions: ExecutionRecord[] }> {
  requireUser(context);
  const ids = [input.project, input.creator, input.inputDatum].filter((id) => id !== undefined);
  if (!ids.every(isUuid)) return { count: 0, executions: [] };
  let query = selectExecutions(context.platform.db)
    .where(readableProjects(context.actor))
    .where('executions.deleted_at', input.deleted ? 'is not' : 'is', null);
  if (input.project !== undefined) query = query.where('executions.project_id', '=', input.project);
  if (input.creator !== undefined) query = query.where('executions.creator_id', '=', input.creator);
  if (input.step !== undefined) query = query.where('executions.step', '=', input.step);
  if (input.environment !== undefined)
    query = query.where(
      sql<boolean>`${input.environment.toLowerCase()} IN (environments.id::text, lower(environments.slug))`,
    );
  if (input.commit !== undefined) query = query.where('commits.identifier', '=', input.commit.toLowerCase());
  if (input.inputDatum !== undefined)
    query = query.where(
      sql<boolean>`executions.id IN (SELECT execution_id FROM execution_inputs WHERE datum_id = ${input.inputDatum})`,
    );
  if (input.tags?.length) query = query.where(sql<boolean>`executions.tags @> ${[...input.tags]}::text[]`);
  if (input.statuses.length > 0) {
    query = query.where(
      'executions.status',
      '=',
      sql<Status>`ANY (${expandStatuses(input.statuses)}::text[])`,
    );
  }
  if (input.counters.length > 0) {
    const counters = input.counters.map(Number).filter((n) => Number.isInteger(n) && n > 0 && n < 2 ** 31);
    query = query.where('executions.counter', '=', sql<number>`ANY (${counters}::int[])`);
  }
  const { field, direction } = input.ordering;
  const { rows, ...counted } = await windowOf(
    query,
    query.orderBy(`executions.${field}`, direction).orderBy('executions.id'),
    input,
  );
  return { ...counted, executions: rows };
}
