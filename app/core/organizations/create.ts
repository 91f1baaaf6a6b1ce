import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { requireUser } from '../rights.ts';

/** As a part of addresses and of `org:team`. */
export const OrganizationName = z
  .string()
  .trim()
  .regex(/^[\w.@+-]{1,150}$/, 'Letters, digits and . @ + - _ only, at most 150.');
export const CreateOrganization = z.object({ name: OrganizationName });

/** Makes an organisation that the person owns. Names are shared with people's, for both stand in addresses. */
export async function createOrganization(context: Context, input: z.infer<typeof CreateOrganization>) {
  const { userId } = requireUser(context);
  return withTransaction(context.platform.db, async (tx) => {
    const organization = await tx
      .insertInto('organizations')
      .values({ name: input.name, personal_user_id: null })
      .onConflict((on) => on.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!organization) throw invalid('name', 'This name is taken.', 'unique');
    await tx
      .insertInto('organization_members')
      .values({ organization_id: organization.id, user_id: userId, role: 'owner' })
      .execute();
    await audit(tx, context, 'organization.create', { id: organization.id }, { name: input.name });
    return { ...organization, role: 'owner' as const };
  });
}
