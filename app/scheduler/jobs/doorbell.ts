/** Makes the doorbell agree with the rows: Redis may have been emptied, and a ring may have failed (design 1). */
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../../core/context.ts';
import type { Job } from '../runner.ts';

/** What was seen, by environment: first the lists in Redis, then the queued rows. */
export interface Look {
  lists: ReadonlyMap<string, readonly string[]>;
  queued: ReadonlyMap<string, readonly string[]>;
}
export type Errand = [slug: string, executionId: string];

/** A worker that has popped an id claims it within this time, unless it is in trouble. */
const CLAIM_MS = 300;

/**
 * Rings for what is queued and in no list at both looks: at one look alone it may be on its way to a worker.
 * Takes out what is in a list and not queued: the lists were read first, so its row has moved on.
 */
export function decide(first: Look, second: Look): { ring: Errand[]; remove: Errand[] } {
  const errands = (look: Look, wanted: 'queued' | 'lists', unlike: 'queued' | 'lists'): Errand[] =>
    [...look[wanted]].flatMap(([slug, ids]) => {
      const others = new Set(look[unlike].get(slug));
      return [...new Set(ids)].filter((id) => !others.has(id)).map((id): Errand => [slug, id]);
    });
  const missing = new Set(errands(first, 'queued', 'lists').map(([, id]) => id));
  return {
    ring: errands(second, 'queued', 'lists').filter(([, id]) => missing.has(id)),
    remove: errands(second, 'lists', 'queued'),
  };
}

async function look({ platform }: Context): Promise<Look> {
  const environments = await platform.db.selectFrom('environments').select('slug').execute();
  const lists = new Map<string, string[]>();
  for (const { slug } of environments) lists.set(slug, await platform.queue.queueMembers(slug));
  return { lists, queued: await platform.runs.queued() };
}

export const doorbell: Job = {
  name: 'doorbell',
  everySeconds: 5,
  async run(context) {
    const first = await look(context);
    const { ring, remove } = decide(first, first);
    if (ring.length === 0 && remove.length === 0) return;
    await delay(CLAIM_MS);
    const errands = decide(first, await look(context));
    const { queue, log } = context.platform;
    for (const [slug, id] of errands.remove) await queue.removeFromQueue(slug, id);
    for (const [slug, id] of errands.ring) await queue.ring(slug, id);
    if (errands.ring.length > 0) log.info({ rung: errands.ring.length }, 'rang again for queued executions');
  },
};
