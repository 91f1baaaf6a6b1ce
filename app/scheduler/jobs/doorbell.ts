/** Makes the doorbell agree with the rows: Redis may have been emptied, and a ring may have failed (design 1). */
import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from '../../platform/redis.ts';
import type { Job } from '../runner.ts';

/** What was seen, by environment: first the lists in Redis, then the queued rows, first to run first. */
export interface Look {
  lists: ReadonlyMap<string, readonly string[]>;
  queued: ReadonlyMap<string, readonly string[]>;
}
export type Errand = [slug: string, executionId: string];
export interface Errands {
  /** To be put behind the list. */
  ring: Errand[];
  remove: Errand[];
  /** To be taken from where it is in the list and put behind it, one after the other. */
  move: Errand[];
}

/** A worker that has popped an id claims it within this time, unless it is in trouble. */
const CLAIM_MS = 300;

/**
 * Rings for what is queued and in no list at both looks: at one look alone it may be on its way to a worker.
 * Takes out what is in a list and not queued: the lists were read first, so its row has moved on.
 * Puts right the order, which priorities change.
 */
export function decide(first: Look, second: Look): Errands {
  const errands: Errands = { ring: [], remove: [], move: [] };
  for (const slug of new Set([...second.lists.keys(), ...second.queued.keys()])) {
    const list = [...new Set(second.lists.get(slug))];
    const queued = second.queued.get(slug) ?? [];
    const [waits, listed] = [new Set(queued), new Set(list)];
    const [waited, wasListed] = [new Set(first.queued.get(slug)), new Set(first.lists.get(slug))];
    const rung = queued.filter((id) => !listed.has(id) && waited.has(id) && !wasListed.has(id));
    const kept = list.filter((id) => waits.has(id));
    const moved = misplaced([...kept, ...rung], queued);
    errands.ring.push(...rung.map((id): Errand => [slug, id]));
    errands.remove.push(...list.filter((id) => !waits.has(id)).map((id): Errand => [slug, id]));
    errands.move.push(...moved.map((id): Errand => [slug, id]));
  }
  return errands;
}

/** From the first wrong place on, in the right order. */
function misplaced(list: string[], order: readonly string[]): string[] {
  const listed = new Set(list);
  const right = order.filter((id) => listed.has(id));
  const wrong = right.findIndex((id, place) => id !== list[place]);
  return wrong < 0 ? [] : right.slice(wrong);
}

const isNothing = ({ ring, remove, move }: Errands) => ring.length + remove.length + move.length === 0;

/** Both sides of the doorbell. */
interface Sides {
  slugs(): Promise<string[]>;
  queued(): Promise<ReadonlyMap<string, readonly string[]>>;
  queue: Pick<Queue, 'queueMembers' | 'removeFromQueue' | 'ring'>;
  pause(milliseconds: number): Promise<unknown>;
}

async function look({ slugs, queued, queue }: Sides): Promise<Look> {
  const lists = new Map<string, string[]>();
  for (const slug of await slugs()) lists.set(slug, await queue.queueMembers(slug));
  return { lists, queued: await queued() };
}

/** Gives the ids that were rung again. */
export async function reconcile(sides: Sides): Promise<string[]> {
  const { queue, pause } = sides;
  const first = await look(sides);
  if (isNothing(decide(first, first))) return [];
  await pause(CLAIM_MS);
  const { ring, remove, move } = decide(first, await look(sides));
  for (const [slug, id] of remove) await queue.removeFromQueue(slug, id);
  for (const [slug, id] of ring) await queue.ring(slug, id);
  // What is not there any more was popped meanwhile.
  for (const [slug, id] of move) if (await queue.removeFromQueue(slug, id)) await queue.ring(slug, id);
  return ring.map(([, id]) => id);
}

export const doorbell: Job = {
  name: 'doorbell',
  everySeconds: 5,
  async run({ platform: { db, queue, runs, log } }) {
    const rung = await reconcile({
      slugs: async () =>
        (await db.selectFrom('environments').select('slug').execute()).map(({ slug }) => slug),
      queued: () => runs.queued(),
      queue,
      pause: delay,
    });
    if (rung.length > 0) log.info({ rung: rung.length }, 'rang again for queued executions');
  },
};
