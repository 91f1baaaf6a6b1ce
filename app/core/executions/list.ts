import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Status } from '../../platform/words.ts';
import type { Actor, Context } from '../context.ts';
import { isUuid } from '../ids.ts';
import { requireListedProject, requireUser } from '../rights.ts';
import type { Window } from '../window.ts';
import { endedCount, inEnvironment, inProjects } from './ended-count.ts';
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

/**
 * Executions of the projects the person may read. Which ones is found among the rows of `executions` alone, where an index
 * has them in order; what surrounds them is looked up for those of the page.
 */
export async function listExecutions(
  context: Context,
  input: ListExecutions,
): Promise<{ count?: number; executions: ExecutionRecord[] }> {
  requireUser(context);
  const ids = [input.project, input.creator, input.inputDatum].filter((id) => id !== undefined);
  const { db } = context.platform;
  if (!ids.every(isUuid)) {
    await requireListedProject(db, context, input.project);
    return { count: 0, executions: [] };
  }
  const [executions, counted] = await Promise.all([
    pageOf(context, input),
    input.count ? count(db, context.actor, input) : undefined,
  ]);
  // Looked at afterwards: most lists have something in them.
  if (executions.length === 0) await requireListedProject(db, context, input.project);
  return counted === undefined ? { executions } : { count: counted, executions };
}

/** From so many rows on it is asked from which end a page is nearer. */
const FAR = 1000;

/** A page behind the middle is counted off from the end: by what is there in the same moment, so that what is added moves nothing. */
async function pageOf(
  { actor, platform: { db } }: Context,
  input: ListExecutions,
): Promise<ExecutionRecord[]> {
  const { limit, offset, ordering } = input;
  if (limit === null || offset < FAR || endedOf(actor, input) === null) return read(db, actor, input);
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const all = await count(tx, actor, input);
      if (offset < all / 2) return read(tx, actor, input);
      const left = Math.max(0, all - offset);
      const direction = ordering.direction === 'asc' ? 'desc' : 'asc';
      const window = { offset: Math.max(0, left - limit), limit: Math.min(limit, left) };
      return read(tx, actor, input, { ...input, ...window, ordering: { ...ordering, direction } });
    });
}

/** `walk`: how the rows of the page are found, which then come in the order that was asked for. */
async function read(
  db: Kysely<Database>,
  actor: Actor,
  input: ListExecutions,
  walk = input,
): Promise<ExecutionRecord[]> {
  const { limit, offset } = walk;
  const ordered = db
    .selectFrom('executions')
    .where(matching(actor, input))
    .select('executions.id')
    .orderBy(orderOf(walk))
    .offset(offset);
  const page = (limit === null ? ordered : ordered.limit(limit)).as('page');
  return selectExecutions(db).innerJoin(page, 'page.id', 'executions.id').orderBy(orderOf(input)).execute();
}

/** Those that have ended are read off where that is kept; the others are few. Both as of the same moment. */
async function count(db: Kysely<Database>, actor: Actor, input: ListExecutions): Promise<number> {
  const ended = endedOf(actor, input);
  const rest = ended === null ? sql`true` : sql`executions.status IN (${sql.join(INCOMPLETE.map(sql.lit))})`;
  const { rows } = await sql<{ count: number }>`
    SELECT (SELECT count(*)::int FROM executions WHERE ${matching(actor, input)} AND ${rest})
      + ${ended ?? sql`0`} AS count`.execute(db);
  return rows[0]!.count;
}
const endedOf = (actor: Actor, input: ListExecutions) =>
  endedCount(actor, input, expandStatuses(input.statuses));

/** An index holds no more of a text: it would refuse a row whose step has a longer name. */
const FIRST = sql.lit(200);

/** As the indexes have it; what is equal comes as it was made. */
function orderOf({ ordering: { field, direction }, project }: ListExecutions): RawBuilder<unknown> {
  const column = sql.ref(`executions.${field}`);
  const made = [sql`executions.ctime`, sql`executions.id`];
  const by = {
    // Within a project no two are equal.
    counter: project === undefined ? [column, ...made] : [column],
    ctime: made,
    end_time: [column, ...made],
    status: [column, ...made],
    step: [sql`left(${column}, ${FIRST})`, ...made],
    title: [sql`left(${column}, ${FIRST})`, ...made],
  };
  return sql.join(by[field].map((each) => sql`${each} ${sql.raw(direction)}`));
}

/** The filters as one condition on `executions`. */
function matching(actor: Actor, input: ListExecutions): RawBuilder<boolean> {
  const { project, creator, step, environment, commit, inputDatum, tags, statuses, counters } = input;
  const is: RawBuilder<unknown>[] = [inProjects('executions', actor, project)];
  is.push(input.deleted ? sql`executions.deleted_at IS NOT NULL` : sql`executions.deleted_at IS NULL`);
  if (creator !== undefined) is.push(sql`executions.creator_id = ${creator}`);
  if (step !== undefined)
    is.push(sql`left(executions.step, ${FIRST}) = left(${step}, ${FIRST}) AND executions.step = ${step}`);
  if (environment !== undefined) is.push(inEnvironment('executions', environment));
  if (commit !== undefined)
    is.push(sql`executions.commit_id = ANY (ARRAY(SELECT id FROM commits
      WHERE identifier = ${commit.toLowerCase()}))`);
  if (inputDatum !== undefined)
    is.push(sql`executions.id IN (SELECT execution_id FROM execution_inputs WHERE datum_id = ${inputDatum})`);
  // The index holds only those that have any.
  if (tags?.length) is.push(sql`executions.tags <> '{}' AND executions.tags @> ${[...tags]}::text[]`);
  if (statuses.length > 0) {
    const words = expandStatuses(statuses);
    is.push(words.length === 0 ? sql`false` : sql`executions.status IN (${sql.join(words)})`);
  }
  if (counters.length > 0) {
    const numbers = counters.map(Number).filter((n) => Number.isInteger(n) && n > 0 && n < 2 ** 31);
    is.push(sql`executions.counter = ANY (${numbers}::int[])`);
  }
  return sql<boolean>`(${sql.join(is, sql` AND `)})`;
}
