import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';

/** Names are told apart without regard to case. */
export const organizationByName = (db: Kysely<Database>, name: string) =>
  db
    .selectFrom('organizations')
    .selectAll()
    .where(sql`lower(name)`, '=', name.trim().toLowerCase())
    .executeTakeFirst();
