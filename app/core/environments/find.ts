import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Actor, Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { isUuid } from '../ids.ts';

/** For queries over `environments`: those the actor may use. One without an owner is everybody's. */
export function usableEnvironments(actor: Actor) {
  if (actor.kind === 'system') return sql<boolean>`true`;
  if (actor.kind !== 'user') return sql<boolean>`false`;
  return sql<boolean>`(environments.organization_id IS NULL OR EXISTS (SELECT FROM organization_members m
    WHERE m.organization_id = environments.organization_id AND m.user_id = ${actor.userId}))`;
}

/** For queries over `environments`: those that take new jobs. One taken out of the config is kept for what ran there. */
export const OFFERED = sql<boolean>`(environments.enabled AND environments.in_config
  AND environments.purpose = 'jobs')`;

/** An environment by id or slug; clients say either (client-contract 1.11). Complains about `field`. */
export async function findEnvironment(
  db: Kysely<Database>,
  context: Context,
  text: string,
  field = 'environment',
) {
  const found = await db
    .selectFrom('environments')
    .selectAll('environments')
    .where(isUuid(text) ? 'id' : 'slug', '=', text)
    .where(usableEnvironments(context.actor))
    .where(OFFERED)
    .executeTakeFirst();
  if (found) return found;
  throw invalid(
    field,
    `There is no environment ${text}. \`vh environments\` lists those you may use.`,
    'does_not_exist',
  );
}
