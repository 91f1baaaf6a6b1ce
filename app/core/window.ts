/** A part of a list, and how long the whole is where somebody asks. */
import { type SelectQueryBuilder, sql } from 'kysely';

export interface Window {
  /** Null: no limit. */
  limit: number | null;
  offset: number;
  count: boolean;
}
// biome-ignore lint/suspicious/noExplicitAny: the tables of a query do not matter here, only what it gives
type Query<T> = SelectQueryBuilder<any, any, T>;

/** `ordered`: the same as `all`, in a fixed order. */
export async function windowOf<T>(
  all: Query<T>,
  ordered: Query<T>,
  { limit, offset, count }: Window,
): Promise<{ count?: number; rows: T[] }> {
  const window = ordered.offset(offset);
  const [rows, counted] = await Promise.all([
    (limit === null ? window : window.limit(limit)).execute(),
    count
      ? all.clearSelect().select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow()
      : undefined,
  ]);
  return counted === undefined ? { rows } : { count: counted.count, rows };
}
