import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError, invalid } from '../errors.ts';
import { namedOrganization } from '../organizations/by-name.ts';
import { assertCan, requireUser } from '../rights.ts';
import { type TeamView, viewTeam } from './view.ts';

/** As a part of `org:team`. */
export const TeamName = z
  .string()
  .trim()
  .regex(/^[^:/\\\p{Cc}]{1,100}$/u, 'From 1 to 100 characters, without : / and \\.');
export const CreateTeam = z.object({
  name: TeamName,
  organization: z.string().describe('Name or id.'),
});

/** Makes a team without members. Names are unique within the organisation. */
export async function createTeam(context: Context, input: z.infer<typeof CreateTeam>): Promise<TeamView> {
  requireUser(context);
  return withTransaction(context.platform.db, async (tx) => {
    const { id, name, role } = await namedOrganization(tx, context, input.organization, 'organization');
    assertCan(role, 'team.update', `Organization ${name}`);
    const { personal_user_id } = await tx
      .selectFrom('organizations')
      .select('personal_user_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (personal_user_id) throw new CoveError('conflict', 'A personal organization has no teams.');
    const made = await tx
      .insertInto('teams')
      .values({ organization_id: id, name: input.name })
      .onConflict((on) => on.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) throw teamNameTaken(input.name);
    await audit(tx, context, 'team.create', { id: made.id }, { name: input.name, organization: name });
    return viewTeam(context, made.id, tx);
  });
}

export const teamNameTaken = (name: string) =>
  invalid('name', `This organization has a team named ${name} already. Choose another name.`, 'unique');
