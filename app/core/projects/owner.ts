import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { organizationByName } from '../organizations/by-name.ts';
import { assertCan, requireUser } from '../rights.ts';
import { organizationRole } from '../roles.ts';

/** What `owner` of a new project means: `org` or `org:team`; nothing means the person's own organisation. */
export async function resolveOwner(
  db: Kysely<Database>,
  context: Context,
  owner: string | undefined,
): Promise<{ organizationId: string; teamId: string | null }> {
  const name = owner ?? requireUser(context).username;
  const [organizationName = '', ...rest] = name.split(':');
  const organization = await organizationByName(db, organizationName);
  const role = organization ? await organizationRole(db, context.actor, organization.id) : null;
  if (!organization || role === null) {
    throw invalid('owner', `There is no owner ${organizationName} that you may use.`, 'does_not_exist');
  }
  assertCan(role, 'project.create', `Organization ${organization.name}`);
  if (rest.length === 0) return { organizationId: organization.id, teamId: null };
  const team = await db
    .selectFrom('teams')
    .select('id')
    .where('organization_id', '=', organization.id)
    .where('name', '=', rest.join(':'))
    .executeTakeFirst();
  if (!team) throw invalid('owner', `${organization.name} has no team ${rest.join(':')}.`, 'does_not_exist');
  return { organizationId: organization.id, teamId: team.id };
}
