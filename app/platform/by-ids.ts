/** Rows by their ids: those that are looked up at the same time are one query. */
import { type Expression, type Kysely, sql } from 'kysely';
import type { Database } from './tables.ts';
import { together } from './together.ts';

/** What the query of one row compares its id with. */
export const ASKED_ID = sql<string>`asked.id`;

/** `one`: a query of the row whose id is `ASKED_ID`, and which selects that as `id`. */
export function byIds<Row extends { id: string }>(
  db: Kysely<Database>,
  one: Expression<Row>,
): (id: string) => Promise<Row | null> {
  const many = async (ids: readonly string[]) => {
    // One after the other by its key: a plan that is kept could read the whole table for so many.
    const { rows } = await sql<Row>`
      SELECT found.* FROM unnest(${ids}::uuid[]) AS asked (id) CROSS JOIN LATERAL (${one} LIMIT 1) AS found`.execute(
      db,
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  };
  return together({ many });
}
