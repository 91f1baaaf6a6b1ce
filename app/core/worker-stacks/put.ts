import type { Kysely } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import type { WorkerStackSettings } from '../../settings.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { retireEnvironments, upsertEnvironment } from '../environments/owned-by-config.ts';
import { CoveError } from '../errors.ts';
import { requireStacks, viewStack, type WorkerStackView } from './fields.ts';

/** A scaler is known by its token alone. */
async function refuseToken(tx: Kysely<Database>, name: string, hash: Buffer): Promise<void> {
  const other = await tx
    .selectFrom('worker_stacks')
    .select('name')
    .where('token_hash', '=', hash)
    .where('name', '!=', name)
    .executeTakeFirst();
  if (!other) return;
  const message = `Worker stack ${other.name} has that token: each stack's scaler needs its own`;
  throw new CoveError('conflict', message, { reason: 'token_taken' });
}

/** Throws where machines elsewhere would have no image to pull. */
export function requireRegistry({ platform }: Context): void {
  if (platform.joining !== undefined) return;
  const message =
    'Machines elsewhere would have no image to pull: this installation has no registry, for it is of target local. Worker stacks join one in a cloud.';
  throw new CoveError('conflict', message, { reason: 'no_registry' });
}

/** Makes a worker stack known, or changes what is known of it, with its environments; the same again is harmless. */
export async function putWorkerStack(
  context: Context,
  name: string,
  { proof, token_sha256, environments }: WorkerStackSettings,
): Promise<WorkerStackView> {
  return withTransaction(context.platform.db, async (tx) => {
    await requireStacks(tx, context, name);
    requireRegistry(context);
    const token_hash = Buffer.from(token_sha256, 'hex');
    await refuseToken(tx, name, token_hash);
    const row = { proof: JSON.stringify(proof), token_hash };
    const stack = await tx
      .insertInto('worker_stacks')
      .values({ name, ...row })
      .onConflict((on) => on.column('name').doUpdateSet({ ...row, mtime: new Date() }))
      .returning(['id', 'name'])
      .executeTakeFirstOrThrow();
    for (const environment of environments) {
      const { group } = environment.machines.group;
      const own = { kind: 'workerStack' as const, stack: name, group };
      const machines = { ...environment.machines, group: own };
      await upsertEnvironment(tx, context, { ...environment, machines }, stack);
    }
    const slugs = environments.map(({ slug }) => slug);
    await retireEnvironments(tx, context, stack, slugs);
    await audit(tx, context, 'worker_stack.put', stack, { name, environments: slugs });
    return viewStack(tx, name);
  });
}
