/** Environments as a config owns them (design 12): by slug, the installation's own or a worker stack's. */
import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import type { EnvironmentSettings } from '../../settings.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError } from '../errors.ts';

type Environment = Omit<EnvironmentSettings, 'workers'>;
/** Whose config it is; null: the installation's own. */
interface Owner {
  id: string;
  name: string;
}

/** What the config says of an environment; everything else of the row is the application's. Pure. */
export function ownedByConfig({ name, description, executor, purpose, gpuSpec, machines }: Environment) {
  return {
    in_config: true,
    name,
    description,
    executor,
    purpose: purpose ?? 'jobs',
    gpu_spec: gpuSpec,
    machine_group: machines?.group ?? null,
    machine_type: machines?.machineType ?? '',
    machine_slots: machines?.slots ?? 1,
    spot: machines?.spot ?? false,
    ceiling: machines?.ceiling ?? 0,
  };
}

/** Makes or changes the row. Throws `conflict` where another config has the slug. To be called in a transaction. */
export async function upsertEnvironment(
  tx: Kysely<Database>,
  context: Pick<Context, 'actor'>,
  environment: Environment,
  owner: Owner | null,
): Promise<string> {
  const { slug } = environment;
  const config = { ...ownedByConfig(environment), worker_stack_id: owner?.id ?? null };
  const owned = { ...config, machine_group: config.machine_group && JSON.stringify(config.machine_group) };
  const names = Object.keys(config) as (keyof typeof config)[];
  const query = tx.selectFrom('environments').select(['id', ...names]);
  const before = await query.where('slug', '=', slug).executeTakeFirst();
  if (!before) {
    const made = await tx
      .insertInto('environments')
      .values({ slug, ...owned })
      .returning('id')
      .executeTakeFirstOrThrow();
    await audit(tx, context, 'environment.create', made, { slug });
    return made.id;
  }
  const { id, ...rest } = before;
  // One that was taken out of its config may be taken over with its history.
  if (rest.in_config && rest.worker_stack_id !== config.worker_stack_id)
    throw await takenBy(tx, slug, rest.worker_stack_id);
  if (!isDeepStrictEqual(rest, config)) {
    await tx
      .updateTable('environments')
      .set({ ...owned, mtime: new Date(), machines_changed_at: sql<Date>`now()` })
      .where('id', '=', id)
      .execute();
    await audit(tx, context, 'environment.update', { id }, { slug });
  }
  return id;
}

/** That another config has the slug. */
export async function takenBy(
  tx: Kysely<Database>,
  slug: string,
  stackId: string | null,
): Promise<CoveError> {
  const stack = await tx
    .selectFrom('worker_stacks')
    .select('name')
    .where('id', '=', stackId)
    .executeTakeFirst();
  const whose = stack === undefined ? "the installation's own config" : `worker stack ${stack.name}`;
  return new CoveError(
    'conflict',
    `Environment ${slug} is of ${whose}: choose another slug here, or take it out there first`,
  );
}

/** An environment that is not in its config any more takes no new job; what the application set of it stays. */
export async function retireEnvironments(
  tx: Kysely<Database>,
  context: Pick<Context, 'actor'>,
  owner: Owner | null,
  inConfig: string[],
): Promise<void> {
  const gone = await tx
    .updateTable('environments')
    .set({ in_config: false, mtime: new Date() })
    .where('in_config', '=', true)
    .where('worker_stack_id', owner === null ? 'is' : '=', owner?.id ?? null)
    .where((eb) => eb.not(eb('slug', '=', eb.fn.any(eb.val(inConfig)))))
    .returning(['id', 'slug'])
    .execute();
  for (const { id, slug } of gone) {
    await audit(tx, context, 'environment.update', { id }, { slug, in_config: false });
  }
}
