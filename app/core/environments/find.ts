import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Actor, Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { isUuid } from '../ids.ts';

/**
 * For queries over `environments`: those the actor may use. One without an owner is everybody's; a team's is for the team,
 * and for those who administer the organisation.
 */
export function usableEnvironments(actor: Actor) {
  if (actor.kind === 'system') return sql<boolean>`true`;
  if (actor.kind !== 'user') return sql<boolean>`false`;
  return sql<boolean>`(environments.organization_id IS NULL OR EXISTS (SELECT FROM organization_members m
    WHERE m.organization_id = environments.organization_id AND m.user_id = ${actor.userId}
      AND (environments.team_id IS NULL OR m.role IN ('owner', 'admin') OR EXISTS (SELECT FROM team_members t
        WHERE t.team_id = environments.team_id AND t.user_id = m.user_id))))`;
}

/**
 * For queries over `environments`: those that the actor may run a project's jobs in. Everybody's; those of the project's
 * organisation; its teams' for the team, its projects and those who administer; and one's own, in whatever project.
 */
export function usableInProject(actor: Actor, project: { organization_id: string; team_id: string | null }) {
  const { organization_id, team_id } = project;
  return sql<boolean>`(environments.organization_id IS NULL
    OR (environments.organization_id = ${organization_id} AND (environments.team_id IS NULL
      OR environments.team_id = ${team_id}::uuid OR ${usableEnvironments(actor)}))
    OR EXISTS (SELECT FROM organizations o WHERE o.id = environments.organization_id
      AND o.personal_user_id = ${actor.kind === 'user' ? actor.userId : null}::uuid))`;
}

/** For queries over `environments`: those that take new jobs. One taken out of the config is kept for what ran there. */
export const OFFERED = sql<boolean>`(environments.enabled AND environments.in_config
  AND environments.purpose = 'jobs')`;

/** A project's environment by id or slug; clients say either (client-contract 1.11). Complains about `field`. */
export async function findEnvironment(
  db: Kysely<Database>,
  context: Context,
  project: { organization_id: string; team_id: string | null },
  text: string,
  field = 'environment',
) {
  const found = await db
    .selectFrom('environments')
    .selectAll('environments')
    .where(isUuid(text) ? 'id' : 'slug', '=', text)
    .where(usableInProject(context.actor, project))
    .where(OFFERED)
    .executeTakeFirst();
  if (found) return found;
  throw invalid(
    field,
    `There is no environment ${text}. \`vh environments\` lists those you may use; of these the project takes its owner's, everybody's and your own.`,
    'does_not_exist',
  );
}
