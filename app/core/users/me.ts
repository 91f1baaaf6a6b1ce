import type { Context } from '../context.ts';
import { requireUser } from '../rights.ts';

/** Who asks. */
export async function me(context: Context) {
  const { userId } = requireUser(context);
  return context.platform.db
    .selectFrom('users')
    .select(['id', 'username', 'email', 'first_name', 'last_name', 'ctime'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
}
