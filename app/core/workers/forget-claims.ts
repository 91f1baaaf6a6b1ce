/** Names of claims that no late copy of a request can carry any more. */
import { sql } from 'kysely';
import type { Context } from '../context.ts';

/** Longer than any request, proxy or connection lives. */
const REMEMBERED = sql`interval '1 day'`;

export async function forgetClaims({ platform }: Context): Promise<void> {
  await sql`DELETE FROM claims WHERE ctime < now() - ${REMEMBERED}`.execute(platform.db);
}
