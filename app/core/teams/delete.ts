import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';
import { requireTeam } from './view.ts';

/** Deletes a team that owns nothing any more: what it owns would open to the whole organisation. */
export async function deleteTeam(context: Context, id: string): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    const team = await requireTeam(tx, context, id, 'team.update', { lock: true });
    const owned = await tx
      .selectFrom('projects')
      .select('name')
      .where('team_id', '=', team.id)
      .where('deleted_at', 'is', null)
      .orderBy('name')
      .execute();
    if (owned.length > 0) {
      const names = owned.map(({ name }) => name).join(', ');
      throw new CoveError('conflict', `Team ${team.name} owns projects: ${names}. Delete them first.`);
    }
    const machines = await tx
      .selectFrom('environments')
      .select('slug')
      .where('team_id', '=', team.id)
      .execute();
    if (machines.length > 0) {
      const slugs = machines.map(({ slug }) => slug).join(', ');
      throw new CoveError(
        'conflict',
        `Team ${team.name} owns environments: ${slugs}. Give them to somebody else first.`,
      );
    }
    await tx.updateTable('projects').set({ team_id: null }).where('team_id', '=', team.id).execute();
    await tx.deleteFrom('teams').where('id', '=', team.id).execute();
    await audit(tx, context, 'team.delete', { id: team.id }, { name: team.name });
  });
}
