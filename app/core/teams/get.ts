import type { Context } from '../context.ts';
import { requireTeam, type TeamView, viewTeam } from './view.ts';

export async function getTeam(context: Context, id: string): Promise<TeamView> {
  const team = await requireTeam(context.platform.db, context, id, 'team.read');
  return viewTeam(context, team.id);
}
