import type { Context } from '../context.ts';
import { can } from '../rights.ts';
import { listOrganizations } from './list.ts';

/** What may be said as `owner` of a new project: `org` or `org:team`, the person's own name first. */
export async function ownershipOptions(context: Context): Promise<string[]> {
  const organizations = (await listOrganizations(context)).filter(({ role }) => can(role, 'project.create'));
  if (organizations.length === 0) return [];
  const teams = await context.platform.db
    .selectFrom('teams')
    .select(['organization_id', 'name'])
    .where(
      'organization_id',
      'in',
      organizations.map(({ id }) => id),
    )
    .orderBy('name')
    .execute();
  return organizations.flatMap(({ id, name }) => [
    name,
    ...teams.filter((team) => team.organization_id === id).map((team) => `${name}:${team.name}`),
  ]);
}
