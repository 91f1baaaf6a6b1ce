import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { invalid } from '../errors.ts';

/** The team that an `owner` names behind its organisation, as in `org:team`. Complains about `owner`. */
export async function teamOfOwner(
  db: Kysely<Database>,
  organization: { id: string; name: string },
  name: string,
): Promise<string> {
  const team = await db
    .selectFrom('teams')
    .select('id')
    .where('organization_id', '=', organization.id)
    .where('name', '=', name)
    .executeTakeFirst();
  if (team) return team.id;
  throw invalid('owner', `${organization.name} has no team ${name}.`, 'does_not_exist');
}
