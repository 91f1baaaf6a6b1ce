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
