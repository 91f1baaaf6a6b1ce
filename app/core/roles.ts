/** Which role an actor has where: organisation, team and project memberships folded into one. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../platform/tables.ts';
import type { Role } from '../platform/words.ts';
import type { Actor } from './context.ts';

type Db = Kysely<Database>;

/** From least to most. */
export const ROLES = ['viewer', 'member', 'admin', 'owner'] as const satisfies readonly Role[];

/** The higher of two roles; null is none. */
export function higher(a: Role | null, b: Role | null): Role | null {
  if (a === null || b === null) return a ?? b;
  return ROLES.indexOf(a) >= ROLES.indexOf(b) ? a : b;
}

/** Role by membership of the organisation; null: no member. */
export async function organizationRole(db: Db, actor: Actor, organizationId: string): Promise<Role | null> {
  if (actor.kind === 'system') return 'owner';
  if (actor.kind !== 'user') return null;
  const row = await db
    .selectFrom('organization_members')
    .select('role')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', actor.userId)
    .executeTakeFirst();
  return row?.role ?? null;
}

/** Role in the organisation that the installation belongs to; null: none. */
export async function operatorRole(db: Db, actor: Actor): Promise<Role | null> {
  const operator = await db
    .selectFrom('organizations')
    .select('id')
    .where('is_operator', '=', true)
    .orderBy('ctime')
    .executeTakeFirst();
  return operator ? organizationRole(db, actor, operator.id) : null;
}

/** What a membership of the organisation gives in one of its projects. A team's project is open to the team and to those who administer. */
export function inherited(role: Role | null, teamProject: boolean, inTeam: boolean): Role | null {
  if (role === 'owner' || role === 'admin') return role;
  return teamProject && !inTeam ? null : role;
}

/** Everything an actor belongs to. `all`: a part of the platform itself. */
export type Memberships =
  | { all: true }
  | { all: false; organizations: Map<string, Role>; projects: Map<string, Role>; teams: Set<string> };

/** The three kinds of membership, with one statement. */
export async function memberships(db: Db, actor: Actor): Promise<Memberships> {
  if (actor.kind === 'system') return { all: true };
  const userId = actor.kind === 'user' ? actor.userId : null;
  const { rows } = await sql<{ kind: string; id: string; role: Role }>`
    SELECT 'organization' AS kind, organization_id AS id, role FROM organization_members WHERE user_id = ${userId}
    UNION ALL SELECT 'project', project_id, role FROM project_members WHERE user_id = ${userId}
    UNION ALL SELECT 'team', team_id, 'viewer' FROM team_members WHERE user_id = ${userId}`.execute(db);
  const of = (kind: string) =>
    rows.filter((row) => row.kind === kind).map(({ id, role }) => [id, role] as const);
  return {
    all: false,
    organizations: new Map(of('organization')),
    projects: new Map(of('project')),
    teams: new Set(of('team').map(([id]) => id)),
  };
}

/** The highest role in a project, by whichever way. */
export function roleIn(
  mine: Memberships,
  project: { id: string; organization_id: string; team_id: string | null },
): Role | null {
  if (mine.all) return 'owner';
  const { organizations, projects, teams } = mine;
  const inTeam = project.team_id !== null && teams.has(project.team_id);
  const byOrganization = inherited(
    organizations.get(project.organization_id) ?? null,
    project.team_id !== null,
    inTeam,
  );
  return higher(byOrganization, projects.get(project.id) ?? null);
}

/** What a role in a project follows from, for queries over `projects`. */
export function roleParts(actor: Actor) {
  const userId = actor.kind === 'user' ? actor.userId : null;
  return [
    sql<Role | null>`(SELECT role FROM organization_members m
      WHERE m.organization_id = projects.organization_id AND m.user_id = ${userId})`.as('by_organization'),
    sql<Role | null>`(SELECT role FROM project_members m
      WHERE m.project_id = projects.id AND m.user_id = ${userId})`.as('by_project'),
    sql<boolean>`EXISTS (SELECT FROM team_members m
      WHERE m.team_id = projects.team_id AND m.user_id = ${userId})`.as('in_team'),
  ] as const;
}
interface RoleParts {
  by_organization: Role | null;
  by_project: Role | null;
  in_team: boolean;
}
/** The highest of them. Says the same as `roleIn`. */
export const roleFrom = (actor: Actor, teamId: string | null, parts: RoleParts): Role | null =>
  actor.kind === 'system'
    ? 'owner'
    : higher(inherited(parts.by_organization, teamId !== null, parts.in_team), parts.by_project);

/** For lists: a condition on `projects` that holds for living ones the actor may read. Says the same as `projectRole`. */
export function readableProjects(actor: Actor): RawBuilder<boolean> {
  if (actor.kind === 'system') return sql<boolean>`projects.deleted_at IS NULL`;
  if (actor.kind !== 'user') return sql<boolean>`false`;
  return sql<boolean>`projects.deleted_at IS NULL AND (
    EXISTS (SELECT FROM project_members m WHERE m.project_id = projects.id AND m.user_id = ${actor.userId})
    OR EXISTS (SELECT FROM organization_members m WHERE m.organization_id = projects.organization_id
      AND m.user_id = ${actor.userId} AND (m.role IN ('owner', 'admin') OR projects.team_id IS NULL
        OR EXISTS (SELECT FROM team_members t WHERE t.team_id = projects.team_id AND t.user_id = m.user_id))))`;
}
