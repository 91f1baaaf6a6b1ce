/** API tokens of the person who asks. A token's secret is shown once, when it is made. */
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { requireUser } from '../rights.ts';
import { hashSecret, newSecret } from './secrets.ts';

const COLUMNS = ['id', 'name', 'ctime', 'last_used', 'expires_at'] as const;

/** Newest first. */
export async function listTokens(context: Context) {
  const { userId } = requireUser(context);
  return context.platform.db
    .selectFrom('tokens')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .where('kind', '=', 'api')
    .orderBy('ctime', 'desc')
    .execute();
}

export const CreateToken = z.object({
  name: z.string().trim().min(1, 'Give the token a name.').max(100),
  expires_at: z.iso.datetime({ offset: true }).nullish(),
});

export async function createToken(context: Context, input: z.infer<typeof CreateToken>) {
  const { userId } = requireUser(context);
  const expires_at = input.expires_at ? new Date(input.expires_at) : null;
  if (expires_at && expires_at <= new Date()) throw invalid('expires_at', 'This time has passed.');
  const secret = newSecret();
  return withTransaction(context.platform.db, async (tx) => {
    const token = await tx
      .insertInto('tokens')
      .values({ user_id: userId, kind: 'api', name: input.name, hash: hashSecret(secret), expires_at })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow();
    await audit(tx, context, 'token.create', { id: token.id }, { name: input.name });
    return { ...token, secret };
  });
}

export async function deleteToken(context: Context, id: string): Promise<void> {
  const { userId } = requireUser(context);
  if (!isUuid(id)) throw notFound(`Token ${id}`);
  await withTransaction(context.platform.db, async (tx) => {
    const gone = await tx
      .deleteFrom('tokens')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('kind', '=', 'api')
      .returning('name')
      .executeTakeFirst();
    if (!gone) throw notFound(`Token ${id}`);
    await audit(tx, context, 'token.delete', { id }, { name: gone.name });
  });
}
