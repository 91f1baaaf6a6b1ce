/** Which environment an execution runs in. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { Actor } from '../context.ts';
import { usableInProject } from '../environments/find.ts';
import { CoveError, invalid } from '../errors.ts';

export interface Candidate {
  id: string;
  slug: string;
  name: string;
  enabled: boolean;
  /** False: it was taken out of the installation's config. */
  in_config: boolean;
  executor: 'docker' | 'process' | 'kubernetes';
  per_user_queue_quota: number;
  /** Seconds; null: none. */
  default_time_limit: number | null;
  /** So often what is lost is run again. */
  max_retries: number;
  environment_variables: Record<string, string>;
  allowed_images: string[];
  /** A worker was heard of within the last minute that can run jobs. */
  ready: boolean;
}
/** Environments that the actor may run the project's jobs in, in a stable order. */
export async function candidates(
  db: Kysely<Database>,
  actor: Actor,
  project: { organization_id: string; team_id: string | null },
): Promise<Candidate[]> {
  return db
    .selectFrom('environments')
    .select(['id', 'slug', 'name', 'enabled', 'in_config', 'executor'])
    .select(['per_user_queue_quota', 'default_time_limit', 'max_retries'])
    .select(['environment_variables', 'allowed_images'])
    .select(
      sql<boolean>`EXISTS (SELECT FROM workers WHERE workers.environment_id = environments.id
        AND workers.last_seen > now() - interval '1 minute' AND workers.info->>'unready' IS NULL)`.as(
        'ready',
      ),
    )
    .where('purpose', '=', 'jobs')
    .where(usableInProject(actor, project))
    .orderBy(sql`organization_id NULLS LAST`)
    .orderBy('ctime')
    .orderBy('slug')
    .execute();
}

const named = (all: readonly Candidate[], text: string) =>
  all.find((one) => one.id === text.toLowerCase() || one.slug === text);
/** A step may also name a part of an environment's name (contract 2.2). */
const loosely = (all: readonly Candidate[], text: string) =>
  named(all, text) ?? all.find((one) => one.name.toLowerCase().includes(text.toLowerCase()));

/**
 * Pure: the one asked for, else the step's, else the project's default, else the first that runs containers (one whose
 * worker can, before one that has to wait for it), else the first at all. A process never stands in for a container.
 * What was named and does not exist is an error, never replaced by another.
 */
export function chooseEnvironment(
  all: readonly Candidate[],
  wish: { asked?: string | undefined; step?: string | undefined; projectDefault: string | null },
): Candidate {
  const known = all.filter((one) => one.enabled && one.in_config);
  const has = known.map((one) => one.slug).join(', ') || 'none; an operator adds one to the installation';
  const missing = (text: string) =>
    invalid('environment', `no environment "${text}"; there are: ${has}`, 'does_not_exist');
  const enabled = (one: Candidate) => {
    if (known.includes(one)) return one;
    const why = one.in_config ? 'disabled' : "no longer in the installation's config";
    throw invalid('environment', `environment "${one.slug}" is ${why}; there are: ${has}`, 'disabled');
  };
  if (wish.asked !== undefined && wish.asked !== 'PROJECT_DEFAULT') {
    const found = named(all, wish.asked);
    if (!found) throw missing(wish.asked);
    return enabled(found);
  }
  if (wish.step !== undefined && wish.asked === undefined) {
    const found = loosely(known, wish.step) ?? loosely(all, wish.step);
    if (!found) throw missing(wish.step);
    return enabled(found);
  }
  const byDefault = all.find((one) => one.id === wish.projectDefault);
  if (byDefault) return enabled(byDefault);
  if (wish.projectDefault !== null) {
    const message = `the project's default environment is not one that you may use for it; there are: ${has}`;
    throw invalid('environment', message, 'does_not_exist');
  }
  const containers = known.filter((one) => one.executor !== 'process');
  const first = containers.find((one) => one.ready) ?? containers[0] ?? known[0];
  if (first) return first;
  throw new CoveError(
    'conflict',
    'No environment is enabled: there is nowhere to run this. An operator adds one to the installation.',
  );
}
