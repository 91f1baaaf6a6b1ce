/** Environments by slug (design 12), each with the tokens of the workers that the config names. */
import { isDeepStrictEqual } from 'node:util';
import type { Kysely } from 'kysely';
import { audit } from '../core/audit.ts';
import { hashSecret, newSecret } from '../core/users/secrets.ts';
import { withTransaction } from '../platform/postgres.ts';
import type { Database } from '../platform/tables.ts';
import type { BootstrapSettings } from '../settings.ts';
import { findSecretFile } from './secret-file.ts';
import type { Keep } from './secret-store.ts';

type Environment = BootstrapSettings['environments'][number];
const actor = { actor: { kind: 'system', name: 'bootstrap' } } as const;

export async function ensureEnvironments(
  db: Kysely<Database>,
  environments: Environment[],
  keep: Keep,
): Promise<void> {
  for (const environment of environments) {
    const id = await upsert(db, environment);
    for (const worker of environment.workers) await ensureWorker(db, id, worker, keep);
  }
  await retire(
    db,
    environments.map(({ slug }) => slug),
  );
}

/** What the config says of an environment; everything else of the row is the application's (design 12). Pure. */
export function ownedByConfig({ name, description, executor, gpuSpec, machines }: Environment) {
  return {
    in_config: true,
    name,
    description,
    executor,
    gpu_spec: gpuSpec,
    machine_group: machines?.group ?? null,
    machine_type: machines?.machineType ?? '',
    machine_slots: machines?.slots ?? 1,
    spot: machines?.spot ?? false,
    ceiling: machines?.ceiling ?? 0,
  };
}

async function upsert(db: Kysely<Database>, environment: Environment): Promise<string> {
  const { slug } = environment;
  const config = ownedByConfig(environment);
  const { machine_group: group } = config;
  const owned = { ...config, machine_group: group && JSON.stringify(group) };
  return withTransaction(db, async (tx) => {
    const names = Object.keys(config) as (keyof typeof config)[];
    const query = tx.selectFrom('environments').select(['id', ...names]);
    const before = await query.where('slug', '=', slug).executeTakeFirst();
    if (!before) {
      const made = await tx
        .insertInto('environments')
        .values({ slug, ...owned })
        .returning('id')
        .executeTakeFirstOrThrow();
      await audit(tx, actor, 'environment.create', made, { slug });
      return made.id;
    }
    const { id, ...rest } = before;
    if (!isDeepStrictEqual(rest, config)) {
      await tx
        .updateTable('environments')
        .set({ ...owned, mtime: new Date() })
        .where('id', '=', id)
        .execute();
      await audit(tx, actor, 'environment.update', { id }, { slug });
    }
    return id;
  });
}

/** An environment that is not in the config any more takes no new job; what the application set of it stays. */
async function retire(db: Kysely<Database>, inConfig: string[]): Promise<void> {
  await withTransaction(db, async (tx) => {
    const gone = await tx
      .updateTable('environments')
      .set({ in_config: false, mtime: new Date() })
      .where('in_config', '=', true)
      .where((eb) => eb.not(eb('slug', '=', eb.fn.any(eb.val(inConfig)))))
      .returning(['id', 'slug'])
      .execute();
    for (const { id, slug } of gone) {
      await audit(tx, actor, 'environment.update', { id }, { slug, in_config: false });
    }
  });
}

/** The token is in its file before its hash is in the database; a file that is there is kept. */
async function ensureWorker(
  db: Kysely<Database>,
  environment_id: string,
  { name, tokenFile }: Environment['workers'][number],
  keep: Keep,
): Promise<void> {
  const found = await findSecretFile(tokenFile);
  const token = found ?? newSecret();
  if (found === null) await keep(tokenFile, `${token}\n`);
  const token_hash = hashSecret(token);
  await withTransaction(db, async (tx) => {
    // A worker that moved to this environment took its token along.
    const moved = tx.deleteFrom('workers').where('token_hash', '=', token_hash);
    await moved
      .where((eb) => eb.or([eb('environment_id', '!=', environment_id), eb('name', '!=', name)]))
      .execute();
    await tx
      .insertInto('workers')
      .values({ environment_id, name, token_hash })
      .onConflict((on) => on.columns(['environment_id', 'name']).doUpdateSet({ token_hash }))
      .execute();
  });
}
