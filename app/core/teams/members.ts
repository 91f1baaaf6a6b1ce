import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid, notFound } from '../errors.ts';
import { userByName } from '../users/by-name.ts';
import { requireTeam, type TeamView, viewTeam } from './view.ts';

export const AddTeamMember = z.object({ username: z.string().min(1) });

/** Takes a member of the organisation into the team. Who is in it already stays. */
export async function addTeamMember(
  context: Context,
  id: string,
  input: z.infer<typeof AddTeamMember>,
): Promise<TeamView> {
  return withTransaction(context.platform.db, async (tx) => {
    const team = await requireTeam(tx, context, id, 'team.update', { lock: true });
    const user = await userByName(tx, input.username);
    const member =
      user &&
      (await tx
        .selectFrom('organization_members')
        .select('role')
        .where('organization_id', '=', team.organization_id)
        .where('user_id', '=', user.id)
        .executeTakeFirst());
    if (!user || !member) {
      const message = `${input.username} is no member of the team's organization. Take him in there first.`;
      throw invalid('username', message, 'does_not_exist');
    }
    await tx
      .insertInto('team_members')
      .values({ team_id: team.id, user_id: user.id })
      .onConflict((on) => on.doNothing())
      .execute();
    await audit(tx, context, 'team.add_member', { id: team.id }, { username: user.username });
    return viewTeam(context, team.id, tx);
  });
}

export async function removeTeamMember(context: Context, id: string, username: string): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    const team = await requireTeam(tx, context, id, 'team.update', { lock: true });
    const gone = await tx
      .deleteFrom('team_members')
      .using('users')
      .whereRef('users.id', '=', 'team_members.user_id')
      .where('team_id', '=', team.id)
      .where((eb) => eb(eb.fn('lower', ['users.username']), '=', username.trim().toLowerCase()))
      .returning('users.username')
      .executeTakeFirst();
    if (!gone) throw notFound(`Member ${username}`);
    await audit(tx, context, 'team.remove_member', { id: team.id }, { username: gone.username });
  });
}
