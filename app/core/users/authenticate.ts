import { sql } from 'kysely';
import type { Actor, Platform } from '../context.ts';
import { hashSecret } from './secrets.ts';

/** The person a token or session belongs to; null where it is unknown, revoked, expired or its owner is shut out. */
export async function authenticate(
  platform: Platform,
  kind: 'api' | 'session',
  secret: string,
): Promise<Extract<Actor, { kind: 'user' }> | null> {
  const row = await platform.db
    .selectFrom('tokens')
    .innerJoin('users', 'users.id', 'tokens.user_id')
    .select(['tokens.id', 'users.id as userId', 'users.username'])
    .select(
      sql<boolean>`tokens.last_used IS NULL OR tokens.last_used < now() - interval '1 minute'`.as('stale'),
    )
    .where('tokens.hash', '=', hashSecret(secret))
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
