/** Quotas as the SQL store counts them. One of a person, team or project goes before one of "each". */
import { type RawBuilder, sql } from 'kysely';

/** What stands for a person who is gone. */
export const NOBODY = sql`'00000000-0000-0000-0000-000000000000'::uuid`;

/** What runs, and what somebody is about to take; null: nobody is. One text for none and some, for its plan is kept. */
export const taken = (held: readonly string[] | null): RawBuilder<unknown> => sql`
  SELECT environment_id, project_id, creator_id FROM executions WHERE status IN ('started', 'stopping')
  ${
    held === null
      ? sql``
      : sql`UNION ALL SELECT environment_id, project_id, creator_id FROM executions
        WHERE id = ANY (${held}::uuid[]) AND status = 'queued'`
  }`;

/** Of whom a quota counts what runs; the quota itself is read in the query around it, by the name `quota`. */
export function runningFor(
  quota: string,
  { user, team, project }: Record<'user' | 'team' | 'project', RawBuilder<unknown>>,
  held: readonly string[] | null,
): RawBuilder<number> {
  const of = (name: string) => sql.ref(`${quota}.${name}`);
  return sql<number>`(
    SELECT count(*)::int FROM (${taken(held)}) x JOIN projects xp ON xp.id = x.project_id
    WHERE xp.organization_id = ${of('organization_id')} AND CASE ${of('kind')} WHEN 'user' THEN x.creator_id = ${user}
      WHEN 'team' THEN xp.team_id = ${team} ELSE x.project_id = ${project} END)`;
}

/**
 * The quotas that count for what `creator` runs in a project: `kind`, `most` and `running`. `project` is the name by which
 * `projects` is read in the query around it.
 */
export function quotasFor(
  project: string,
  creator: RawBuilder<unknown>,
  held: readonly string[] | null,
): RawBuilder<unknown> {
  const of = (name: string) => sql.ref(`${project}.${name}`);
  return sql`
    SELECT DISTINCT ON (q.kind) q.kind, q.most,
      ${runningFor('q', { user: creator, team: of('team_id'), project: of('id') }, held)} AS running
    FROM quotas q WHERE q.organization_id = ${of('organization_id')} AND CASE q.kind
      WHEN 'user' THEN coalesce(q.user_id, ${creator}) = ${creator}
      WHEN 'team' THEN coalesce(q.team_id, ${of('team_id')}) = ${of('team_id')}
      ELSE coalesce(q.project_id, ${of('id')}) = ${of('id')} END
    ORDER BY q.kind, q.subject_id NULLS LAST`;
}

/** Whether one more may start. */
export const hasRoom = (
  project: string,
  creator: RawBuilder<unknown>,
  held: readonly string[] | null,
): RawBuilder<boolean> =>
  sql<boolean>`(NOT EXISTS (SELECT FROM quotas) OR NOT EXISTS (
    SELECT FROM (${quotasFor(project, creator, held)}) quota WHERE quota.running >= quota.most))`;
