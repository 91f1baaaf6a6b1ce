import type { Context } from '../context.ts';
import { isUuid } from '../ids.ts';
import { requireListedProject, requireUser } from '../rights.ts';
import { readableProjects } from '../roles.ts';
import { type Window, windowOf } from '../window.ts';
import { type AliasRecord, selectAliases } from './record.ts';

export const ORDERINGS = ['ctime', 'mtime', 'name'] as const;

export interface ListAliases extends Window {
  project?: string | undefined;
  datum?: string | undefined;
  name?: string | undefined;
  ordering: { field: (typeof ORDERINGS)[number]; direction: 'asc' | 'desc' };
}

/** Aliases of the projects the person may read. */
export async function listAliases(
  context: Context,
  input: ListAliases,
): Promise<{ count?: number; rows: AliasRecord[] }> {
  requireUser(context);
  await requireListedProject(context.platform.db, context, input.project);
  if (input.datum !== undefined && !isUuid(input.datum)) return { count: 0, rows: [] };
  let query = selectAliases(context.platform.db).where(readableProjects(context.actor));
  if (input.project !== undefined) query = query.where('datum_aliases.project_id', '=', input.project);
  if (input.datum !== undefined) query = query.where('datum_aliases.datum_id', '=', input.datum);
  if (input.name !== undefined) query = query.where('datum_aliases.name', '=', input.name);
  const { field, direction } = input.ordering;
  return windowOf(
    query,
    query.orderBy(`datum_aliases.${field}`, direction).orderBy('datum_aliases.id'),
    input,
  );
}
