import { sql } from 'kysely';
import type { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { MetadataReport } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { announceStop } from '../executions/stop.ts';
import { storable } from '../storable.ts';
import { requireRun } from './guard.ts';
import { stopByCondition } from './stop-condition.ts';

type Point = z.infer<typeof MetadataReport>['points'][number];

/** Stamps without a zone are UTC. */
export const utc = (time: string): string => (/(z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`);

/** The latest value of every key. `_time` is of the point, not of the run. Pure. */
export function latestValues(points: readonly { seq: number; value: Record<string, unknown> }[]) {
  const latest: Record<string, unknown> = {};
  for (const { value } of points.toSorted((a, b) => a.seq - b.seq)) {
    for (const [key, item] of Object.entries(value)) if (key !== '_time') latest[key] = item;
  }
  return latest;
}

/** Adds `_time` where the job gave none (contract 3.5). */
const withTime = ({ time, value }: Point) => storable({ _time: utc(time), ...value });

/** Stores points, each once, brings the run's latest values up to date, and asks for its end where its condition holds. */
export async function reportMetadata(
  context: Context,
  input: { executionId: string; token: string; points: Point[] },
): Promise<void> {
  const { executionId, projectId, attempt, slug } = await requireRun(context, input);
  if (input.points.length === 0) return;
  const rows = input.points.map((point) => ({
    seq: point.seq,
    time: utc(point.time),
    value: withTime(point),
  }));
  const isStopped = await withTransaction(context.platform.db, async (tx) => {
    // One text parameter instead of four per point: a statement takes 65,535 at most, and this is quicker.
    const added = await sql<{ seq: number; value: Record<string, unknown> }>`
      INSERT INTO metadata_points (execution_id, attempt, seq, time, value)
      SELECT ${executionId}, ${attempt}, p.seq, p.time, p.value
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS p (seq bigint, time timestamptz, value jsonb)
      ON CONFLICT DO NOTHING RETURNING seq, value`.execute(tx);
    if (added.rows.length === 0) return false;
    const latest = JSON.stringify(latestValues(added.rows));
    const run = await tx
      .updateTable('executions')
      .set({
        cumulative_metadata: sql<string>`cumulative_metadata || ${latest}::jsonb`,
        mtime: sql<Date>`now()`,
      })
      .where('id', '=', executionId)
      .returning(['status', 'stop_expression', 'cumulative_metadata'])
      .executeTakeFirstOrThrow();
    return stopByCondition(tx, context, {
      id: executionId,
      projectId,
      status: run.status,
      condition: run.stop_expression,
      latest: run.cumulative_metadata,
    });
  });
  if (isStopped) await announceStop(context, { id: executionId, slug });
}
