import type { Context } from '../context.ts';
import { requireGroup } from './access.ts';
import { type VariableGroupView, viewGroup } from './view.ts';

/** One group, with the values of its plain variables. */
export async function getGroup(context: Context, id: string): Promise<VariableGroupView> {
  await requireGroup(context.platform.db, context, id, 'variable_group.read');
  return viewGroup(context, id.toLowerCase());
}
