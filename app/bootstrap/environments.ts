/** Environments by slug (design 12), each with the tokens of the workers that the config names. */
import type { Kysely } from 'kysely';
import { retireEnvironments, upsertEnvironment } from '../core/environments/owned-by-config.ts';
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
    const id = await withTransaction(db, (tx) => upsertEnvironment(tx, actor, environment, null));
    for (const worker of environment.workers) await ensureWorker(db, id, worker, keep);
  }
  const slugs = environments.map(({ slug }) => slug);
  await withTransaction(db, (tx) => retireEnvironments(tx, actor, null, slugs));
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
