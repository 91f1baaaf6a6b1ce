import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError, invalid } from '../errors.ts';
import { organizationByName } from '../organizations/by-name.ts';
import { assertCan, requireUser } from '../rights.ts';
import { organizationRole } from '../roles.ts';
import { hashPassword } from './passwords.ts';

export const CreateUser = z.object({
  username: z
    .string()
    .trim()
    .regex(/^[\w.@+-]{1,150}$/, 'Letters, digits and . @ + - _ only, at most 150.'),
  email: z.union([z.literal(''), z.email()]).default(''),
  password: z.string().min(10, 'At least 10 characters.').max(1000),
  organization: z.string().describe('Name of the organisation the new person joins.'),
  role: z.enum(['admin', 'member', 'viewer']).default('member'),
});

/** Makes a person, with a personal organisation, and takes him into the organisation of who asks. */
export async function createUser(context: Context, input: z.infer<typeof CreateUser>) {
  requireUser(context);
  const { db } = context.platform;
  await requirePlace(db, context, input.organization);
  const password_hash = await hashPassword(input.password); // dear: only for who may, and outside the transaction
  return withTransaction(db, async (tx) => {
    const organization = await requirePlace(tx, context, input.organization);
    const taken = await tx
      .selectFrom('organizations')
      .select('id')
      .where(sql`lower(name)`, '=', input.username.toLowerCase())
      .executeTakeFirst();
    if (taken) throw invalid('username', 'This name is taken.', 'unique');
    const { username, email } = input;
    const user = await tx
      .insertInto('users')
      .values({ username, email, password_hash })
      .onConflict((on) => on.doNothing())
      .returning(['id', 'username', 'email', 'first_name', 'last_name', 'ctime'])
      .executeTakeFirst();
    if (!user) throw new CoveError('conflict', `The name ${username} is taken.`);
    const personal = await tx
      .insertInto('organizations')
      .values({ name: username, personal_user_id: user.id })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('organization_members')
      .values([
        { organization_id: personal.id, user_id: user.id, role: 'owner' },
        { organization_id: organization.id, user_id: user.id, role: input.role },
      ])
      .execute();
    await audit(tx, context, 'user.create', { id: user.id }, { username, organization: organization.name });
    return user;
  });
}

/** The organisation, if who asks may take people into it. */
async function requirePlace(tx: Kysely<Database>, context: Context, name: string) {
  const organization = await organizationByName(tx, name);
  const role = organization && (await organizationRole(tx, context.actor, organization.id));
  if (!organization || !role) throw invalid('organization', 'No such organization.', 'does_not_exist');
  assertCan(role, 'organization.members', `Organization ${organization.name}`);
  if (organization.personal_user_id) throw invalid('organization', 'A personal organization has no members.');
  return organization;
}
