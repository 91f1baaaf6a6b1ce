/** Quotas: how many executions of a person, a team's projects or a project may run at the same time. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { QuotaKind } from '../../platform/words.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { runningFor } from '../lifecycle/quota-sql.ts';
import { assertCan, requireUser, type Verb } from '../rights.ts';
import { memberships, organizationRole } from '../roles.ts';

export interface QuotaView {
  id: string;
  organization_id: string;
  owner: string;
  kind: QuotaKind;
  subject_id: string | null;
  /** Name of the person, team or project; null: each that has no quota of its own. */
  subject: string | null;
  most: number;
  /** How many run now; null: of each another number. */
  running: number | null;
  ctime: Date;
  mtime: Date;
}

export interface ListQuotas {
  /** Name or id of an organisation. */
  organization?: string | undefined;
  id?: string;
  limit: number | null;
  offset: number;
}

const SUBJECT = {
  user: sql.ref('quotas.user_id'),
  team: sql.ref('quotas.team_id'),
  project: sql.ref('quotas.project_id'),
};

/** Quotas of the organisations that the person belongs to. */
export async function listQuotas(
  context: Context,
  { organization, id, limit, offset }: ListQuotas,
  db: Kysely<Database> = context.platform.db,
): Promise<{ count: number; rows: QuotaView[] }> {
  requireUser(context);
  const mine = await memberships(db, context.actor);
  const organizations = mine.all ? [] : [...mine.organizations.keys()];
  let found = db
    .selectFrom('quotas')
    .innerJoin('organizations', 'organizations.id', 'quotas.organization_id')
    .where('quotas.organization_id', '=', sql<string>`ANY (${organizations}::uuid[])`);
  if (organization !== undefined)
    found = found.where(
      sql<boolean>`${organization.toLowerCase()} IN (organizations.id::text, lower(organizations.name))`,
    );
  if (id !== undefined) found = found.where('quotas.id', '=', id);
  let window = found
    .leftJoin('users', 'users.id', 'quotas.user_id')
    .leftJoin('teams', 'teams.id', 'quotas.team_id')
    .leftJoin('projects', 'projects.id', 'quotas.project_id')
    .selectAll('quotas')
    .select('organizations.name as owner')
    .select(sql<string | null>`coalesce(users.username, teams.name, projects.name)`.as('subject'))
    .select(
      sql<number | null>`CASE WHEN subject_id IS NOT NULL THEN ${runningFor('quotas', SUBJECT, null)} END`.as(
        'running',
      ),
    )
    .orderBy('organizations.name')
    .orderBy('kind')
    .orderBy(sql`subject NULLS FIRST`)
    .orderBy('quotas.id')
    .offset(offset);
  if (limit !== null) window = window.limit(limit);
  const { count } = await found.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow();
  return { count, rows: await window.execute() };
}

/** One, if the actor may do this in its organisation. */
export async function requireQuota(
  db: Kysely<Database>,
  context: Context,
  id: string,
  verb: Verb,
): Promise<QuotaView> {
  const what = `Quota ${id}`;
  if (!isUuid(id)) throw notFound(what);
  const { rows } = await listQuotas(context, { id, limit: 1, offset: 0 }, db);
  const [quota] = rows;
  if (!quota) throw notFound(what);
  assertCan(await organizationRole(db, context.actor, quota.organization_id), verb, what);
  return quota;
}
