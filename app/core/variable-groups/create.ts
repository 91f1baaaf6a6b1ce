import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { namedOrganization } from '../organizations/by-name.ts';
import { assertCan, requireUser } from '../rights.ts';
import { type VariableGroupView, viewGroup } from './view.ts';

/** As steps name it. */
export const GroupName = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}]{1,100}$/u, 'From 1 to 100 characters, in one line.');
export const CreateGroup = z.object({
  name: GroupName,
  description: z.string().max(10_000).default(''),
  owner: z.string().optional().describe("Name or id of an organisation; left out: the person's own."),
});

/** Makes an empty group. Names are unique within the organisation, without regard to case. */
export async function createGroup(
  context: Context,
  input: z.infer<typeof CreateGroup>,
): Promise<VariableGroupView> {
  const { username } = requireUser(context);
  return withTransaction(context.platform.db, async (tx) => {
    const { id: organizationId, name, role } = await namedOrganization(tx, context, input.owner || username);
    assertCan(role, 'variable_group.update', `Organization ${name}`);
    const made = await tx
      .insertInto('environment_variable_groups')
      .values({ organization_id: organizationId, name: input.name, description: input.description })
      .onConflict((on) => on.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) throw nameTaken(input.name);
    await audit(tx, context, 'variable_group.create', { id: made.id }, { name: input.name });
    return viewGroup(context, made.id, tx);
  });
}

export const nameTaken = (name: string) =>
  invalid('name', `This owner has a group named ${name} already. Choose another name.`, 'unique');
