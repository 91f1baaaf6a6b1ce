import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';

/** An active person, told apart without regard to case. */
export const userByName = (db: Kysely<Database>, username: string) =>
  db
    .selectFrom('users')
    .select(['id', 'username', 'email'])
    .where(sql`lower(username)`, '=', username.trim().toLowerCase())
    .where('is_active', '=', true)
    .executeTakeFirst();
