import { sql } from 'kysely';
import { perKey, shared } from '../../platform/together.ts';
import type { Actor, Platform } from '../context.ts';
import { hashSecret } from './secrets.ts';

type User = Extract<Actor, { kind: 'user' }>;
const looks = perKey((_: Platform['db']) => shared<User | null>());

/**
 * The person a token or session belongs to; null where it is unknown, revoked, expired or its owner is shut out. Nothing is
 * remembered: only who asks at the same moment shares a look.
 */
export function authenticate(
  platform: Platform,
  kind: 'api' | 'session',
  secret: string,
): Promise<User | null> {
  const hash = hashSecret(secret);
  return looks(platform.db)(`${kind} ${hash.toString('base64')}`, () => look(platform, kind, hash));
}

async function look(platform: Platform, kind: 'api' | 'session', hash: Buffer): Promise<User | null> {
  const row = await platform.db
    .selectFrom('tokens')
    .innerJoin('users', 'users.id', 'tokens.user_id')
    .select(['tokens.id', 'users.id as userId', 'users.username'])
    .select(
      sql<boolean>`tokens.last_used IS NULL OR tokens.last_used < now() - interval '1 minute'`.as('stale'),
    )
    .where('tokens.hash', '=', hash)
    .where('tokens.kind', '=', kind)
    .where('users.is_active', '=', true)
    .where((eb) =>
      eb.or([eb('tokens.expires_at', 'is', null), eb('tokens.expires_at', '>', sql<Date>`now()`)]),
    )
    .executeTakeFirst();
  if (!row) return null;
  if (row.stale) {
    await platform.db
      .updateTable('tokens')
      .set({ last_used: sql<Date>`now()` })
      .where('id', '=', row.id)
      .execute();
  }
  return { kind: 'user', userId: row.userId, username: row.username };
}
