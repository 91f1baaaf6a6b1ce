/** The workers of an installation, as who looks after them sees them. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Role } from '../../platform/words.ts';
import type { Actor, Context } from '../context.ts';
import { usableEnvironments } from '../environments/find.ts';
import { ROLE_OVER } from '../environments/view.ts';
import { requireUser } from '../rights.ts';

/**
 * `new`: not heard of yet. `silent`: not heard of for a minute. `drained`: it takes no new job and holds none. Of several
 * the first that holds.
 */
export const WORKER_STATES = ['new', 'silent', 'drained', 'draining', 'unready', 'ready'] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

/** What a worker told in its `hello`. */
interface Told {
  version?: string;
  hostname?: string;
  cpus?: number;
  memory?: number;
  unready?: string;
}
export interface WorkerView {
  id: string;
  name: string;
  environment: { id: string; slug: string };
  /** Of who asks, over the environment. */
  role: Role | null;
  told: Told;
  last_seen: Date | null;
  /** Heard of within the last minute, by the database's clock. */
  alive: boolean;
  draining_at: Date | null;
  drain_reason: string | null;
  drained_at: Date | null;
  /** The machine as its cloud names it; null: the scheduler neither starts nor ends it. */
  instance_id: string | null;
  /** It came by `cove worker join`. */
  by_code: boolean;
  /** Executions that it holds. */
  running: number;
  joined: Date;
}

export function stateOf(
  worker: Pick<WorkerView, 'last_seen' | 'alive' | 'drained_at' | 'draining_at' | 'told'>,
): WorkerState {
  if (worker.last_seen === null) return 'new';
  if (!worker.alive) return 'silent';
  if (worker.drained_at !== null) return 'drained';
  if (worker.draining_at !== null) return 'draining';
  return worker.told.unready === undefined ? 'ready' : 'unready';
}

/** Names of machines are for those who have a role over the environment; of everybody's, that is the operator's people. */
const overseen = (actor: Actor) =>
  sql<boolean>`(${usableEnvironments(actor)} AND ${ROLE_OVER(actor)} IS NOT NULL)`;

export function viewWorkers(db: Kysely<Database>, actor: Actor) {
  return db
    .selectFrom('workers')
    .innerJoin('environments', 'environments.id', 'workers.environment_id')
    .where(overseen(actor))
    .select([
      'workers.id',
      'workers.name',
      'workers.last_seen',
      'workers.draining_at',
      'workers.drain_reason',
      'workers.drained_at',
      'workers.instance_id',
      'workers.ctime as joined',
    ])
    .select([
      sql<WorkerView['environment']>`json_build_object('id', environments.id, 'slug', environments.slug)`.as(
        'environment',
      ),
      sql<Told>`workers.info`.as('told'),
      sql<boolean>`coalesce(workers.last_seen > now() - interval '1 minute', false)`.as('alive'),
      sql<boolean>`EXISTS (SELECT FROM join_codes WHERE join_codes.worker_id = workers.id)`.as('by_code'),
      sql<number>`(SELECT count(*)::int FROM attempts
        WHERE attempts.worker_id = workers.id AND attempts.ended_at IS NULL)`.as('running'),
      ROLE_OVER(actor).as('role'),
    ]);
}

/** Those of the environments over which the person has a role, by environment and name. */
export async function listWorkers(
  context: Context,
  input: { limit: number | null; offset: number },
): Promise<{ count: number; rows: WorkerView[] }> {
  requireUser(context);
  const { db } = context.platform;
  let query = viewWorkers(db, context.actor)
    .orderBy('environments.slug')
    .orderBy('workers.name')
    .offset(input.offset);
  if (input.limit !== null) query = query.limit(input.limit);
  const { count } = await db
    .selectFrom('workers')
    .innerJoin('environments', 'environments.id', 'workers.environment_id')
    .where(overseen(context.actor))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { count, rows: await query.execute() };
}
