import { LEASE_SECONDS } from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import type { Beat, Held } from '../lifecycle/run-store.ts';
import { fenced, requireWorker } from './guard.ts';

/** Prolongs the leases of a worker's runs and tells, for each in its place, whether somebody asked for its end. */
export async function heartbeats(
  context: Context,
  runs: readonly Held[],
): Promise<{ runs: Beat[]; lease_seconds: number; drain: boolean }> {
  const { workerId } = requireWorker(context);
  const { beats, drain } = await context.platform.runs.heartbeats(workerId, runs, LEASE_SECONDS);
  return { runs: beats, lease_seconds: LEASE_SECONDS, drain };
}

/** The same for one run, where what is refused is an error; with the reason of its stop. */
export async function heartbeat(
  context: Context,
  run: Held,
): Promise<{ stop: boolean; stop_reason: string | null; lease_seconds: number; drain: boolean }> {
  const { runs, ...answer } = await heartbeats(context, [run]);
  if (runs[0] === 'unknown') throw notFound(`Execution ${run.executionId}`);
  if (runs[0] === 'fenced') throw fenced(run.executionId);
  const stop = runs[0] === 'stop';
  return { stop, stop_reason: stop ? await stopReason(context, run.executionId) : null, ...answer };
}

async function stopReason({ platform }: Context, id: string): Promise<string | null> {
  const row = await platform.db
    .selectFrom('executions')
    .select('stop_reason')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.stop_reason ?? null;
}
