/** The doorbell for workers that the API relays (design 5), and for ids that a worker has popped and may not claim. */
import type { Context } from '../context.ts';
import { isUuid } from '../ids.ts';
import { requireWorker } from './guard.ts';

/** The next rung execution of the worker's environment; null: none in that time, or nobody waits any more. */
export async function waitAtDoorbell(
  context: Context,
  input: { seconds: number; signal: AbortSignal },
): Promise<{ execution_id: string | null }> {
  const { environmentSlug } = requireWorker(context);
  const id = await context.platform.queue.waitAmongMany(environmentSlug, input.seconds, input.signal);
  return { execution_id: id };
}

/** Rings again for an execution that still waits in the worker's environment. */
export async function giveBack(context: Context, executionId: string): Promise<void> {
  const { environmentId, environmentSlug } = requireWorker(context);
  const { db, queue, log } = context.platform;
  if (!isUuid(executionId)) return;
  const waits = await db
    .selectFrom('executions')
    .select('id')
    .where('id', '=', executionId)
    .where('environment_id', '=', environmentId)
    .where('status', '=', 'queued')
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (!waits) return;
  await queue.ring(environmentSlug, executionId).catch((error: unknown) => {
    log.warn({ err: error, execution: executionId }, 'the doorbell could not be rung; the scheduler will');
  });
}

/** Calls `deliver` with every execution of the worker's environment that shall stop, until the function given is called. */
export function followStops(context: Context, deliver: (executionId: string) => void): () => void {
  return context.platform.queue.onStop(requireWorker(context).environmentSlug, deliver);
}
