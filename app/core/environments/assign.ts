import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { namedOrganization, organizationByName } from '../organizations/by-name.ts';
import { assertCan, can, requireUser } from '../rights.ts';
import { operatorRole } from '../roles.ts';
import { teamOfOwner } from '../teams/by-name.ts';
import { type EnvironmentView, viewEnvironments } from './view.ts';

/** `org`, `org:team`, or a username for a person alone; null: everybody's. */
export const AssignEnvironment = z.object({ owner: z.string().min(1).nullable() });

/**
 * Gives an environment to somebody, who alone uses it from then on; what waits in it goes on waiting and is run. The
 * operator's administrators may give every one to anybody, others what they administer to whom they administer.
 */
export async function assignEnvironment(
  context: Context,
  text: string,
  { owner }: z.infer<typeof AssignEnvironment>,
): Promise<EnvironmentView> {
  requireUser(context);
  return withTransaction(context.platform.db, async (tx) => {
    const operates = can(await operatorRole(tx, context.actor), 'environment.update');
    const by = operates ? ({ kind: 'system', name: 'operator' } as const) : context.actor;
    const find = (column: 'environments.id' | 'environments.slug', value: string) =>
      viewEnvironments(tx, by, { unfinished: false }).where(column, '=', value).executeTakeFirst();
    const before = await find(isUuid(text) ? 'environments.id' : 'environments.slug', text);
    if (!before) throw notFound(`Environment ${text}`);
    if (!operates) assertCan(before.role ?? 'viewer', 'environment.update', `Environment ${before.slug}`);
    const of = await resolve(tx, context, owner, operates);
    await tx
      .updateTable('environments')
      .set({ organization_id: of.organizationId, team_id: of.teamId, mtime: sql<Date>`now()` })
      .where('id', '=', before.id)
      .execute();
    const told = { slug: before.slug, owner, before: nameOf(before) };
    await audit(tx, context, 'environment.assign', { id: before.id }, told);
    const after = await viewEnvironments(tx, { kind: 'system', name: 'assign' }, { unfinished: false })
      .where('environments.id', '=', before.id)
      .executeTakeFirstOrThrow();
    return { ...after, role: operates ? 'admin' : before.role };
  });
}

const nameOf = ({ owner, team }: EnvironmentView) =>
  owner === null ? null : team === null ? owner : `${owner}:${team}`;

async function resolve(
  tx: Kysely<Database>,
  context: Context,
  owner: string | null,
  operates: boolean,
): Promise<{ organizationId: string | null; teamId: string | null }> {
  if (owner === null) {
    assertCan(operates ? 'admin' : 'viewer', 'environment.update', 'What belongs to everybody');
    return { organizationId: null, teamId: null };
  }
  const [name = '', ...rest] = owner.split(':');
  const organization = operates
    ? await organizationByName(tx, name)
    : await namedOrganization(tx, context, name);
  if (!organization) throw invalid('owner', `There is no owner ${name}.`, 'does_not_exist');
  if ('role' in organization)
    assertCan(organization.role, 'environment.update', `Organization ${organization.name}`);
  const teamId = rest.length === 0 ? null : await teamOfOwner(tx, organization, rest.join(':'));
  return { organizationId: organization.id, teamId };
}
