/** The doorbell for workers that the API relays (design 5), and for ids that a worker has popped and may not claim. */
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { requireWorker } from './guard.ts';

/**
 * The next rung execution of the worker's environment; null: none in that time, or nobody waits any more. Throws
 * `unauthenticated` for a worker that was removed while it waited, which takes nothing away.
 */
export async function waitAtDoorbell(
  context: Context,
  input: { seconds: number; signal: AbortSignal },
): Promise<{ execution_id: string | null }> {
  const { environmentSlug } = requireWorker(context);
  const id = await context.platform.queue.waitAmongMany(environmentSlug, input.seconds, input.signal);
  if (id === null || (await isKnown(context))) return { execution_id: id };
  await giveBack(context, id);
  throw new CoveError('unauthenticated', 'This worker was removed.');
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

/**
 * Calls `deliver` with every execution of the worker's environment that shall stop, until the function given is called. A
 * worker that was removed meanwhile hears nothing any more; one that is here hears it by its heartbeat in any case.
 */
export function followStops(context: Context, deliver: (executionId: string) => void): () => void {
  const told = async (id: string) => {
    if (await isKnown(context)) deliver(id);
  };
  return context.platform.queue.onStop(
    requireWorker(context).environmentSlug,
    (id) => void told(id).catch(() => {}),
  );
}

/** As of now: its token was looked at when it began to wait. */
async function isKnown(context: Context): Promise<boolean> {
  const { workerId } = requireWorker(context);
  const found = await context.platform.db
    .selectFrom('workers')
    .select('id')
    .where('id', '=', workerId)
    .executeTakeFirst();
  return found !== undefined;
}
