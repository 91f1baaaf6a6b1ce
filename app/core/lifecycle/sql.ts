/** The transition table of `execution.ts` as SQL. */
import { type RawBuilder, sql } from 'kysely';
import { auditOf, before, END_STATUSES, type EventKind, type Guard, transitions } from './execution.ts';
import { MOST_RETRIES, pauseAfter } from './retry.ts';
import type { EndStatus, Status } from './run-store.ts';

const status = sql.ref('executions.status');
const literal = (word: Status) => sql.lit(word);

export const leaseEnd = (seconds: number | RawBuilder<number>) =>
  sql`now() + make_interval(secs => ${seconds})`;

/** Says again that a column is one of few: without it a kept plan may read a whole table to join it with them. */
export const among = (column: string, few: string, id: string) =>
  sql<boolean>`${sql.ref(column)} = ANY (ARRAY(SELECT ${sql.ref(`${few}.${id}`)} FROM ${sql.table(few)}))`;

const GUARDS: Record<Guard, RawBuilder<boolean>> = {
  // Of more than the row: `claim-sql.ts` looks for rows of which it holds.
  free: sql<boolean>`true`,
  // As `hasRetry`.
  retry: sql<boolean>`(executions.attempt <= executions.max_retries AND executions.deleted_at IS NULL)`,
};

/** The pause after a loss, as `pauseAfter`, is over. */
export const isDue = (name: string) =>
  sql<boolean>`(${sql.ref(`${name}.not_before`)} IS NULL OR ${sql.ref(`${name}.not_before`)} <= now())`;
const PAUSES = sql.lit(`{${Array.from({ length: MOST_RETRIES }, (_, lost) => pauseAfter(lost + 1)).join()}}`);
/** When the attempt after this one may begin. */
export const dueAfter = (attempt: RawBuilder<number>) =>
  sql<Date>`now() + make_interval(secs => (${PAUSES}::int[])[least(${attempt}, ${sql.lit(MOST_RETRIES)})])`;

/** The statuses of the transition table in which an event can happen, as a condition. */
export function movable(kind: EventKind) {
  return sql<boolean>`${status} IN (${sql.join(before(kind).map(literal))})`;
}
/** The action of the audit row after an event, by the status that it led to. */
export function auditAfter(kind: EventKind, status: RawBuilder<unknown>) {
  const after = transitions(kind).flatMap(({ to }) => (to === 'as reported' ? END_STATUSES : [to]));
  const branches = [...new Set(after)].map(
    (to) => sql`WHEN ${literal(to)} THEN ${sql.lit(auditOf(kind, to))}`,
  );
  return sql<string>`CASE ${status} ${sql.join(branches, sql` `)} END`;
}
/** The transition table as an expression: the status after the event. `reported`: by an `end`. */
export function move(kind: EventKind, reported?: RawBuilder<EndStatus>) {
  const branches = transitions(kind).map(({ from, to, if: guard }) => {
    const holds = guard === undefined ? sql`` : sql` AND ${GUARDS[guard]}`;
    const then = to === 'as reported' ? sql`${reported}` : literal(to);
    return sql`WHEN ${status} = ${literal(from)}${holds} THEN ${then}`;
  });
  return sql<Status>`CASE ${sql.join(branches, sql` `)} END`;
}
