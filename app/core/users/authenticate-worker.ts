import type { Actor, Platform } from '../context.ts';
import { hashSecret } from './secrets.ts';

type Worker = Extract<Actor, { kind: 'worker' }>;

/**
 * Whose token it is stays known for so long, since a busy worker asks many times a second. One that was removed meanwhile
 * finds no job, no run and no welcome all the same: each of these is asked of its own row.
 */
const KNOWN_MS = 1_000;

/** Gives the worker a token belongs to; null where it is unknown. Many who ask at once are one question. */
export function workersByToken(): (platform: Platform, token: string) => Promise<Worker | null> {
  const known = new Map<string, Promise<Worker | null>>();
  return async (platform, token) => {
    const key = hashSecret(token).toString('base64');
    const found = known.get(key) ?? authenticateWorker(platform, token);
    if (!known.has(key)) {
      known.set(key, found);
      const forget = () => void known.delete(key);
      // An unknown one may be made at this moment.
      found.then((worker) => (worker === null ? forget() : setTimeout(forget, KNOWN_MS).unref()), forget);
    }
    return found;
  };
}

/** As of now. */
export async function authenticateWorker({ db }: Platform, token: string): Promise<Worker | null> {
  const row = await db
    .selectFrom('workers')
    .innerJoin('environments', 'environments.id', 'workers.environment_id')
    .select([
      'workers.id as workerId',
      'environments.id as environmentId',
      'environments.slug as environmentSlug',
    ])
    .where('workers.token_hash', '=', hashSecret(token))
    .executeTakeFirst();
  return row ? { kind: 'worker', ...row } : null;
}
