import type { Actor, Platform } from '../context.ts';
import { hashSecret } from './secrets.ts';

/** The worker a token belongs to; null where it is unknown. */
export async function authenticateWorker(
  platform: Platform,
  token: string,
): Promise<Extract<Actor, { kind: 'worker' }> | null> {
  const row = await platform.db
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
