/** Rings for those who may start now and could not before: a place of a quota is free, a pause is over. */
import { type RawBuilder, sql } from 'kysely';
import type { Platform } from '../context.ts';
import { isDue } from '../lifecycle/sql.ts';

/** More than so many are rung for by the scheduler, in the seconds after. */
const RINGS = 100;

/**
 * An attempt has ended: where quotas count, one more may start, in whichever environment it waits. One that is to follow
 * the same execution's has a pause before it, and is rung for by the scheduler.
 */
export async function ringAfter(platform: Platform, executionId: string): Promise<void> {
  await ring(
    platform,
    1,
    sql`EXISTS (SELECT FROM executions ended JOIN projects p ON p.id = ended.project_id
      WHERE ended.id = ${executionId} AND p.organization_id = projects.organization_id
        AND EXISTS (SELECT FROM quotas WHERE quotas.organization_id = p.organization_id)
        AND (ended.project_id = e.project_id OR ended.creator_id = e.creator_id OR p.team_id = projects.team_id))`,
    sql`true`,
  );
}

/** A quota was raised or removed. */
export const ringForOrganization = (platform: Platform, organizationId: string): Promise<void> =>
  ring(platform, RINGS, sql`projects.organization_id = ${organizationId}`, sql`true`);

/** An environment takes jobs again. */
export const ringForEnvironment = (platform: Platform, environmentId: string): Promise<void> =>
  ring(platform, RINGS, sql`true`, sql`environments.id = ${environmentId}`);

/** At most `most` in each environment. A ring says that there is work; which one starts, the claim decides. */
async function ring(
  { db, queue, log }: Platform,
  most: number,
  who: RawBuilder<unknown>,
  where: RawBuilder<unknown>,
): Promise<void> {
  try {
    const { rows } = await sql<{ slug: string; id: string }>`
      SELECT environments.slug, waiting.id FROM environments CROSS JOIN LATERAL (
        SELECT e.id FROM executions e JOIN projects ON projects.id = e.project_id
        WHERE e.environment_id = environments.id AND e.status = 'queued' AND e.deleted_at IS NULL AND ${isDue('e')} AND ${who}
        LIMIT ${most}) waiting
      WHERE environments.paused_at IS NULL AND ${where}`.execute(db);
    for (const { slug, id } of rows) await queue.ring(slug, id);
  } catch (error) {
    log.warn({ err: error }, 'the doorbell could not be rung; the scheduler will');
  }
}
