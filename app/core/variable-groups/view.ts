import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { can, requireUser } from '../rights.ts';
import { memberships } from '../roles.ts';
import type { StoredVariable } from '../secret-values.ts';
import type { VariableGroup } from './access.ts';

export interface VariableGroupView extends VariableGroup {
  owner: string;
  variables: StoredVariable[];
  /** Whether the person may only look. */
  readOnly: boolean;
}

export interface ListGroups {
  /** Name or id of an organisation. */
  owner?: string | undefined;
  ids?: string[];
  ordering: { field: 'name' | 'ctime' | 'mtime'; direction: 'asc' | 'desc' };
  limit: number | null;
  offset: number;
}

/** Groups of the organisations that the person belongs to, with their variables. */
export async function listGroups(
  context: Context,
  { owner, ids, ordering, limit, offset }: ListGroups,
  db: Kysely<Database> = context.platform.db,
): Promise<{ count: number; rows: VariableGroupView[] }> {
  requireUser(context);
  const mine = await memberships(db, context.actor);
  const organizations = mine.all ? [] : [...mine.organizations.keys()];
  let found = db
    .selectFrom('environment_variable_groups as groups')
    .innerJoin('organizations', 'organizations.id', 'groups.organization_id')
    .where('groups.organization_id', '=', sql<string>`ANY (${organizations}::uuid[])`);
  if (owner !== undefined)
    found = found.where(
      sql<boolean>`${owner.toLowerCase()} IN (organizations.id::text, lower(organizations.name))`,
    );
  if (ids !== undefined) found = found.where('groups.id', '=', sql<string>`ANY (${ids}::uuid[])`);
  let window = found
    .selectAll('groups')
    .select('organizations.name as owner')
    .orderBy(`groups.${ordering.field}`, ordering.direction)
    .orderBy('groups.id')
    .offset(offset);
  if (limit !== null) window = window.limit(limit);
  const groups = await window.execute();
  const variables = await db
    .selectFrom('environment_variable_group_variables')
    .selectAll()
    .where('group_id', '=', sql<string>`ANY (${groups.map(({ id }) => id)}::uuid[])`)
    .orderBy('name')
    .execute();
  const { count } = await found.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow();
  const rows = groups.map((group) => ({
    ...group,
    variables: variables.filter(({ group_id }) => group_id === group.id),
    readOnly:
      !mine.all && !can(mine.organizations.get(group.organization_id) ?? null, 'variable_group.update'),
  }));
  return { count, rows };
}

/** One group, already checked. */
export async function viewGroup(
  context: Context,
  id: string,
  db: Kysely<Database> = context.platform.db,
): Promise<VariableGroupView> {
  const ordering = { field: 'name', direction: 'asc' } as const;
  const { rows } = await listGroups(context, { ids: [id], ordering, limit: 1, offset: 0 }, db);
  return rows[0]!;
}
