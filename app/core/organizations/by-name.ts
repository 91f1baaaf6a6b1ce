import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Role } from '../../platform/words.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { organizationRole } from '../roles.ts';

/** Names are told apart without regard to case. */
export const organizationByName = (db: Kysely<Database>, name: string) =>
  db
    .selectFrom('organizations')
    .selectAll()
    .where(sql`lower(name)`, '=', name.trim().toLowerCase())
    .executeTakeFirst();

/** By name or id, with the actor's role in it; one that he does not belong to does not exist for him. */
export async function namedOrganization(
  db: Kysely<Database>,
  context: Context,
  text: string,
  field = 'owner',
): Promise<{ id: string; name: string; role: Role }> {
  const found = isUuid(text)
    ? await db.selectFrom('organizations').selectAll().where('id', '=', text).executeTakeFirst()
    : await organizationByName(db, text);
  const role = found ? await organizationRole(db, context.actor, found.id) : null;
  if (!found || role === null)
    throw invalid(field, `There is no owner ${text} that you may use.`, 'does_not_exist');
  return { id: found.id, name: found.name, role };
}
