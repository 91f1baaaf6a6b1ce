import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { organizationByName } from '../organizations/by-name.ts';
import { assertCan, requireUser } from '../rights.ts';
import { organizationRole } from '../roles.ts';
import { teamOfOwner } from '../teams/by-name.ts';

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
  const teamId = rest.length === 0 ? null : await teamOfOwner(db, organization, rest.join(':'));
  return { organizationId: organization.id, teamId };
}
