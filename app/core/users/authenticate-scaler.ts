import type { Actor, Platform } from '../context.ts';
import { hashSecret } from './secrets.ts';

/** The worker stack whose scaler a token belongs to; null where it is unknown. */
export async function authenticateScaler(
  platform: Platform,
  token: string,
): Promise<Extract<Actor, { kind: 'scaler' }> | null> {
  const row = await platform.db
    .selectFrom('worker_stacks')
    .select(['id as stackId', 'name'])
    .where('token_hash', '=', hashSecret(token))
    .executeTakeFirst();
  return row ? { kind: 'scaler', ...row } : null;
}
