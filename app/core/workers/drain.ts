/** A worker gives its machine back: first no new job, then the last one's end, then its word that it holds none. */
import { sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { storable } from '../storable.ts';
import { requireWorker } from './guard.ts';

/** From now on the worker can claim nothing. Repeating it changes nothing. */
export async function drainWorker(
  context: Context,
  input: { workerId: string; reason: string },
): Promise<void> {
  const { workerId, reason } = input;
  await withTransaction(context.platform.db, async (tx) => {
    const drained = await tx
      .updateTable('workers')
      .set({ draining_at: sql<Date>`now()`, drain_reason: reason })
      .where('id', '=', workerId)
      .where('draining_at', 'is', null)
      .returning(['id', 'name', 'instance_id'])
      .executeTakeFirst();
    if (!drained) return;
    const told = { worker: drained.name, machine: drained.instance_id, reason };
    await audit(tx, context, 'worker.drain', { id: workerId }, told);
  });
}

/** The worker's own decision, for instance because the cloud takes its machine back. */
export const drainMyself = (context: Context, input: { reason: string }): Promise<void> =>
  drainWorker(context, { workerId: requireWorker(context).workerId, reason: storable(input.reason) });

export async function isDraining(context: Context): Promise<boolean> {
  const { workerId } = requireWorker(context);
  const row = await context.platform.db
    .selectFrom('workers')
    .select('draining_at')
    .where('id', '=', workerId)
    .executeTakeFirst();
  return row !== undefined && row.draining_at !== null;
}

/** The worker holds no job and will claim none: its machine may be ended. Refused while an attempt of it lives. */
export async function drained(context: Context): Promise<void> {
  const { workerId } = requireWorker(context);
  const done = await context.platform.db
    .updateTable('workers')
    .set({ drained_at: sql<Date>`coalesce(drained_at, now())`, last_seen: sql<Date>`now()` })
    .where('id', '=', workerId)
    .where('draining_at', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('attempts')
            .select('attempts.number')
            .whereRef('attempts.worker_id', '=', 'workers.id')
            .where('attempts.ended_at', 'is', null),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst();
  if (!done) throw new CoveError('conflict', 'This worker was not told to drain, or still holds a job.');
}
