/** Who belongs to an organisation, and as what. */
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import type { Role } from '../../platform/words.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError, invalid, notFound } from '../errors.ts';
import { requireOrganization } from '../rights.ts';
import { userByName } from '../users/by-name.ts';

type Tx = Kysely<Database>;

export async function listMembers(context: Context, organizationId: string) {
  const { db } = context.platform;
  const organization = await requireOrganization(db, context, organizationId, 'organization.read');
  return db
    .selectFrom('organization_members')
    .innerJoin('users', 'users.id', 'organization_members.user_id')
    .select(['users.id', 'users.username', 'users.email', 'organization_members.role'])
    .where('organization_id', '=', organization.id)
    .orderBy('users.username')
    .execute();
}

export const SetMember = z.object({
  username: z.string().min(1),
  role: z.enum(['owner', 'admin', 'member', 'viewer']),
});

/** Takes somebody in, or changes his role. Only an owner makes owners, or changes one. */
export async function setMember(context: Context, organizationId: string, input: z.infer<typeof SetMember>) {
  return withTransaction(context.platform.db, async (tx) => {
    await lock(tx, context, organizationId);
    const user = await userByName(tx, input.username);
    if (!user) throw invalid('username', `There is no user ${input.username}.`, 'does_not_exist');
    const before = await roleOf(tx, organizationId, user.id);
    await guardOwners(tx, context, organizationId, before, input.role);
    await tx
      .insertInto('organization_members')
      .values({ organization_id: organizationId, user_id: user.id, role: input.role })
      .onConflict((on) => on.columns(['organization_id', 'user_id']).doUpdateSet({ role: input.role }))
      .execute();
    const properties = { username: user.username, before, role: input.role };
    await audit(tx, context, 'organization.set_member', { id: organizationId }, properties);
    return { id: user.id, username: user.username, email: user.email, role: input.role };
  });
}

export async function removeMember(
  context: Context,
  organizationId: string,
  username: string,
): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    await lock(tx, context, organizationId);
    const user = await userByName(tx, username);
    const before = user ? await roleOf(tx, organizationId, user.id) : null;
    if (!user || !before) throw notFound(`Member ${username}`);
    await guardOwners(tx, context, organizationId, before, null);
    await tx
      .deleteFrom('organization_members')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', user.id)
      .execute();
    // Taken in again, somebody is in no team.
    await tx
      .deleteFrom('team_members')
      .using('teams')
      .whereRef('teams.id', '=', 'team_members.team_id')
      .where('teams.organization_id', '=', organizationId)
      .where('team_members.user_id', '=', user.id)
      .execute();
    const properties = { username: user.username, before };
    await audit(tx, context, 'organization.remove_member', { id: organizationId }, properties);
  });
}

/** One change at a time, so that two owners cannot remove each other at once. */
async function lock(tx: Tx, context: Context, organizationId: string): Promise<void> {
  const organization = await requireOrganization(tx, context, organizationId, 'organization.members');
  if (organization.personal_user_id) {
    throw new CoveError('conflict', 'A personal organization has no members. Share a project instead.');
  }
  await tx.selectFrom('organizations').select('id').where('id', '=', organizationId).forUpdate().execute();
}

async function roleOf(tx: Tx, organizationId: string, userId: string): Promise<Role | null> {
  const row = await tx
    .selectFrom('organization_members')
    .select('role')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.role ?? null;
}

async function guardOwners(
  tx: Tx,
  context: Context,
  organizationId: string,
  before: Role | null,
  after: Role | null,
) {
  if (before !== 'owner' && after !== 'owner') return;
  await requireOrganization(tx, context, organizationId, 'organization.owners');
  if (before !== 'owner' || after === 'owner') return;
  const owners = await tx
    .selectFrom('organization_members')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .where('role', '=', 'owner')
    .execute();
  if (owners.length === 1) {
    throw new CoveError('conflict', 'This is the last owner. Make somebody else an owner first.');
  }
}
