import { sql } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { verifyPassword } from './passwords.ts';
import { hashSecret, newSecret } from './secrets.ts';

export const LogIn = z.object({
  username: z.string().trim().min(1).max(150),
  password: z.string().min(1).max(1000),
});
/** Days a web session lasts. API tokens last until they are deleted. */
export const SESSION_DAYS = 14;

const refused = () =>
  new CoveError('invalid', 'Unable to log in with provided credentials.', {
    fields: {
      non_field_errors: [{ message: 'Unable to log in with provided credentials.', code: 'authorization' }],
    },
  });

/** Gives a new secret for a right password: an API token, or a session of the web application. */
export async function logIn(
  context: Context,
  input: z.infer<typeof LogIn> & { kind: 'api' | 'session' },
): Promise<{ secret: string; user: { id: string; username: string } }> {
  const { db } = context.platform;
  const user = await db
    .selectFrom('users')
    .select(['id', 'username', 'password_hash', 'is_active'])
    .where(sql`lower(username)`, '=', input.username.toLowerCase())
    .executeTakeFirst();
  const right = await verifyPassword(user?.password_hash ?? null, input.password);
  if (!user || !right || !user.is_active) {
    await audit(db, context, 'user.log_in_refused', { id: user?.id ?? null }, { username: input.username });
    throw refused();
  }
  const secret = newSecret();
  return withTransaction(db, async (tx) => {
    const token = await tx
      .insertInto('tokens')
      .values({
        user_id: user.id,
        kind: input.kind,
        name: input.kind === 'api' ? 'Logged in with a password' : 'Web session',
        hash: hashSecret(secret),
        expires_at:
          input.kind === 'session' ? sql<Date>`now() + make_interval(days => ${SESSION_DAYS})` : null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const actor = { kind: 'user', userId: user.id, username: user.username } as const;
    await audit(
      tx,
      { ...context, actor },
      'user.log_in',
      { id: user.id },
      { token: token.id, kind: input.kind },
    );
    return { secret, user: { id: user.id, username: user.username } };
  });
}
