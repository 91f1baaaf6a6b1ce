import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { requireUser } from '../rights.ts';
import { hashSecret } from './secrets.ts';

/** Ends the web session with this secret. Ending it twice is no error. */
export async function logOut(context: Context, secret: string): Promise<void> {
  const user = requireUser(context);
  await withTransaction(context.platform.db, async (tx) => {
    const ended = await tx
      .deleteFrom('tokens')
      .where('hash', '=', hashSecret(secret))
      .where('kind', '=', 'session')
      .where('user_id', '=', user.userId)
      .executeTakeFirst();
    if (ended.numDeletedRows > 0n) await audit(tx, context, 'user.log_out', { id: user.userId });
  });
}
