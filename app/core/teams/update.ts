import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { TeamName, teamNameTaken } from './create.ts';
import { requireTeam, type TeamView, viewTeam } from './view.ts';

export const UpdateTeam = z.object({ name: TeamName });

export async function updateTeam(
  context: Context,
  id: string,
  { name }: z.infer<typeof UpdateTeam>,
): Promise<TeamView> {
  return withTransaction(context.platform.db, async (tx) => {
    const team = await requireTeam(tx, context, id, 'team.update', { lock: true });
    const taken = await tx
      .selectFrom('teams')
      .select('id')
      .where('organization_id', '=', team.organization_id)
      .where('name', '=', name)
      .where('id', '!=', team.id)
      .executeTakeFirst();
    if (taken) throw teamNameTaken(name);
    await tx.updateTable('teams').set({ name }).where('id', '=', team.id).execute();
    await audit(tx, context, 'team.update', { id: team.id }, { name, before: team.name });
    return viewTeam(context, team.id, tx);
  });
}
