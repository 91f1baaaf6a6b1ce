import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Role } from '../../platform/words.ts';
import type { Actor } from '../context.ts';
import { usableEnvironments } from './find.ts';

export interface EnvironmentView extends Selectable<Database['environments']> {
  owner: string | null;
  /** Name of the team that it belongs to; null: the whole organisation's. */
  team: string | null;
  /** Of who asks, over this environment: its organisation's members, else the operator's. */
  role: Role | null;
  /** Workers heard of within the last minute. */
  workers: number;
  /** Who paused it. */
  pauser: string | null;
  /** What its machines are about to do, for people; null: nothing to tell. */
  scaling: string | null;
  /** Executions that have not ended; only where it was asked for. */
  unfinished: number | null;
}

const UNFINISHED = sql<number | null>`(SELECT count(*) FROM executions
  WHERE executions.environment_id = environments.id
  AND executions.status IN ('created', 'queued', 'started', 'stopping'))`.as('unfinished');

/** For queries over `environments`: the actor's role over each, of its organisation's members, else the operator's. */
export const ROLE_OVER = (actor: Actor) => sql<Role | null>`(SELECT m.role FROM organization_members m
  WHERE m.user_id = ${actor.kind === 'user' ? actor.userId : null}
  AND m.organization_id = coalesce(environments.organization_id,
    (SELECT id FROM organizations WHERE is_operator ORDER BY ctime LIMIT 1)))`;

/** The environments that a person may use, with what is shown of them. */
export function viewEnvironments(
  db: Kysely<Database>,
  actor: Actor,
  { unfinished }: { unfinished: boolean },
) {
  return db
    .selectFrom('environments')
    .leftJoin('organizations', 'organizations.id', 'environments.organization_id')
    .leftJoin('teams', 'teams.id', 'environments.team_id')
    .leftJoin('scaling', 'scaling.environment_id', 'environments.id')
    .leftJoin('users as pausers', 'pausers.id', 'environments.paused_by')
    .where(usableEnvironments(actor))
    .selectAll('environments')
    .select([
      'organizations.name as owner',
      'teams.name as team',
      'scaling.message as scaling',
      'pausers.username as pauser',
    ])
    .select([
      sql<number>`(SELECT count(*) FROM workers WHERE workers.environment_id = environments.id
        AND workers.last_seen > now() - interval '1 minute')`.as('workers'),
      ROLE_OVER(actor).as('role'),
    ])
    .select(unfinished ? UNFINISHED : sql<number | null>`NULL::bigint`.as('unfinished'));
}
