/** Teams: groups of an organisation's members, which may own projects (design 18). */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertCan, requireUser, type Verb } from '../rights.ts';
import { memberships, organizationRole } from '../roles.ts';

export interface TeamView {
  id: string;
  name: string;
  organization_id: string;
  owner: string;
  members: { id: string; username: string; email: string }[];
}

/** The team, if the actor may do this in its organisation; `lock` keeps others from changing it meanwhile. */
export async function requireTeam(
  db: Kysely<Database>,
  context: Context,
  id: string,
  verb: Verb,
  { lock }: { lock: boolean } = { lock: false },
) {
  const what = `Team ${id}`;
  if (!isUuid(id)) throw notFound(what);
  const query = db.selectFrom('teams').selectAll().where('id', '=', id);
  const team = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!team) throw notFound(what);
  assertCan(await organizationRole(db, context.actor, team.organization_id), verb, what);
  return team;
}

export interface ListTeams {
  /** Name or id of an organisation. */
  organization?: string | undefined;
  id?: string;
  limit: number | null;
  offset: number;
}

/** Teams of the organisations that the person belongs to, with their members. */
export async function listTeams(
  context: Context,
  { organization, id, limit, offset }: ListTeams,
  db: Kysely<Database> = context.platform.db,
): Promise<{ count: number; rows: TeamView[] }> {
  requireUser(context);
  const mine = await memberships(db, context.actor);
  const organizations = mine.all ? [] : [...mine.organizations.keys()];
  let found = db
    .selectFrom('teams')
    .innerJoin('organizations', 'organizations.id', 'teams.organization_id')
    .where('teams.organization_id', '=', sql<string>`ANY (${organizations}::uuid[])`);
  if (organization !== undefined)
    found = found.where(
      sql<boolean>`${organization.toLowerCase()} IN (organizations.id::text, lower(organizations.name))`,
    );
  if (id !== undefined) found = found.where('teams.id', '=', id);
  let window = found
    .selectAll('teams')
    .select('organizations.name as owner')
    .orderBy('organizations.name')
    .orderBy('teams.name')
    .orderBy('teams.id')
    .offset(offset);
  if (limit !== null) window = window.limit(limit);
  const teams = await window.execute();
  const members = await db
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['team_id', 'users.id', 'users.username', 'users.email'])
    .where('team_id', '=', sql<string>`ANY (${teams.map((team) => team.id)}::uuid[])`)
    .orderBy('users.username')
    .execute();
  const { count } = await found.select(sql<number>`count(*)::int`.as('count')).executeTakeFirstOrThrow();
  const rows = teams.map((team) => ({
    ...team,
    members: members.filter(({ team_id }) => team_id === team.id),
  }));
  return { count, rows };
}

/** One team, already checked. */
export async function viewTeam(context: Context, id: string, db?: Kysely<Database>): Promise<TeamView> {
  const { rows } = await listTeams(context, { id, limit: 1, offset: 0 }, db);
  return rows[0]!;
}
