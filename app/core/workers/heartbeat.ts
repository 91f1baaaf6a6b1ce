import { sql } from 'kysely';
import { LEASE_SECONDS } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { fenced, ownRun, requireWorker } from './guard.ts';

/** Prolongs a run's lease and tells whether somebody asked for its end. */
export async function heartbeat(
  context: Context,
  input: { executionId: string; token: string },
): Promise<{ stop: boolean; lease_seconds: number; drain: boolean }> {
  const { platform } = context;
  const { workerId } = requireWorker(context);
  await ownRun(context, input.executionId);
  const answer = await platform.runs.heartbeat(input.executionId, input.token, LEASE_SECONDS);
  if (!answer.ok) throw fenced(input.executionId);
  const worker = await platform.db
    .updateTable('workers')
    .set({ last_seen: sql<Date>`now()` })
    .where('id', '=', workerId)
    .returning('draining_at')
    .executeTakeFirst();
  const drain = worker !== undefined && worker.draining_at !== null;
  return { stop: answer.value.stop, lease_seconds: LEASE_SECONDS, drain };
}
