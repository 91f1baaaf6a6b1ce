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

/** What a membership of the organisation gives in one of its projects. A team's project is open to the team and to those who administer. */
export function inherited(role: Role | null, teamProject: boolean, inTeam: boolean): Role | null {
  if (role === 'owner' || role === 'admin') return role;
  return teamProject && !inTeam ? null : role;
}

/** The highest role the actor has in the project, by whichever way. */
export async function projectRole(
  db: Db,
  actor: Actor,
  project: { id: string; organization_id: string; team_id: string | null },
): Promise<Role | null> {
  if (actor.kind !== 'user') return organizationRole(db, actor, project.organization_id);
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('organization_members')
        .select('role')
        .where('organization_id', '=', project.organization_id)
        .where('user_id', '=', actor.userId)
        .as('organization'),
      eb
        .selectFrom('project_members')
        .select('role')
        .where('project_id', '=', project.id)
        .where('user_id', '=', actor.userId)
        .as('project'),
      eb
        .exists(
          eb
            .selectFrom('team_members')
            .select('user_id')
            .where('team_id', '=', project.team_id)
            .where('user_id', '=', actor.userId),
        )
        .as('team'),
    ])
    .executeTakeFirstOrThrow();
  return higher(inherited(row.organization, project.team_id !== null, row.team === true), row.project);
}

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
