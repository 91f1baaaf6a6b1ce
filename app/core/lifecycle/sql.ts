/** The transition table of `execution.ts` as SQL. */
import { sql } from 'kysely';
import { before, transitions } from './execution.ts';
import type { Status } from './run-store.ts';

const status = sql.ref('executions.status');
const literal = (word: Status) => sql.lit(word);

export const leaseEnd = (seconds: number) => sql`now() + make_interval(secs => ${seconds})`;

/** The rows of the transition table in which an event can happen, as a condition. */
export function movable(kind: Parameters<typeof before>[0]) {
  return sql<boolean>`${status} IN (${sql.join(before(kind).map(literal))})`;
}
/** The transition table as an expression: the status after the event. */
export function move(kind: Parameters<typeof transitions>[0]) {
  const branches = transitions(kind).map(([from, to]) => sql`WHEN ${literal(from)} THEN ${literal(to)}`);
  return sql<Status>`CASE ${status} ${sql.join(branches, sql` `)} END`;
}
