import { type RawBuilder, sql } from 'kysely';
import type { Context } from '../context.ts';
import { requireExecution } from './access.ts';

export interface MetadataPoint {
  attempt: number;
  seq: number;
  time: Date;
  value: Record<string, unknown>;
}
/** A point's place: points are told in the order in which they were logged. */
export type PointPlace = Pick<MetadataPoint, 'attempt' | 'seq'>;

/** Read at a time: a run may have millions. */
const PIECE = 5000;

/** Metadata points of an execution behind a place, or from the `offset`th on, in pieces; `limit` null is all of them. */
export async function metadataPoints(
  context: Context,
  input: { execution: string; limit: number | null; offset: number; after?: PointPlace | undefined },
): Promise<AsyncGenerator<MetadataPoint[]>> {
  const { id } = await requireExecution(context, input.execution, 'execution.read');
  const { db } = context.platform;
  const read = (place: RawBuilder<unknown>, limit: number) =>
    db
      .selectFrom('metadata_points')
      .select(['attempt', 'seq', 'time', 'value'])
      .where('execution_id', '=', id)
      .where(sql<boolean>`(attempt, seq) ${place}`)
      .orderBy('attempt')
      .orderBy('seq')
      .limit(limit)
      .execute();
  const behind = ({ attempt, seq }: PointPlace) => sql`> (${attempt}::int, ${seq}::bigint)`;
  // Counted off in the index; the points before are not read.
  const first = sql`>= (SELECT attempt, seq FROM metadata_points WHERE execution_id = ${id}
    ORDER BY attempt, seq OFFSET ${input.offset} LIMIT 1)`;
  return (async function* () {
    let place = input.after ? behind(input.after) : first;
    for (let left = input.limit ?? Number.POSITIVE_INFINITY; left > 0; ) {
      const points = await read(place, Math.min(left, PIECE));
      if (points.length > 0) yield points;
      const last = points.at(-1);
      if (last === undefined || points.length < PIECE) return;
      left -= points.length;
      place = behind(last);
    }
  })();
}

/**
 * At most so many points of the last attempt, spread evenly over its log, the first and the last among them; all, where there
 * are no more. Each is found by the index: none between them is read.
 */
export async function sampledPoints(
  context: Context,
  input: { execution: string; most: number },
): Promise<MetadataPoint[]> {
  const { id } = await requireExecution(context, input.execution, 'execution.read');
  const { rows } = await sql<MetadataPoint>`
    WITH latest AS (
      SELECT attempt, seq AS last FROM metadata_points WHERE execution_id = ${id} ORDER BY attempt DESC, seq DESC LIMIT 1
    ), span AS (
      SELECT attempt, last, (SELECT seq FROM metadata_points
        WHERE execution_id = ${id} AND attempt = latest.attempt ORDER BY seq LIMIT 1) AS first,
        EXISTS (SELECT FROM metadata_points
          WHERE execution_id = ${id} AND attempt = latest.attempt OFFSET ${input.most}) AS has_more FROM latest
    ), places AS (
      SELECT DISTINCT ON (found.seq) found.* FROM span, generate_series(0, ${input.most - 1}::bigint) n, LATERAL (
        SELECT attempt, seq, time, value FROM metadata_points WHERE execution_id = ${id} AND attempt = span.attempt
          AND seq >= first + (last - first) * n / ${input.most - 1}::bigint ORDER BY seq LIMIT 1) found
      WHERE has_more
    )
    SELECT * FROM places
    UNION ALL SELECT points.attempt, seq, time, value FROM span JOIN metadata_points points
      ON execution_id = ${id} AND points.attempt = span.attempt WHERE NOT has_more
    ORDER BY seq`.execute(context.platform.db);
  return rows;
}
