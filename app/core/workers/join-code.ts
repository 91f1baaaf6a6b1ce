/** Machines that no cloud vouches for join by a code: made by who administers the environment, good once. */
import { type Kysely, sql } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { getEnvironment } from '../environments/get.ts';
import { CoveError } from '../errors.ts';
import { assertCan } from '../rights.ts';
import { hashSecret, newSecret } from '../users/secrets.ts';

/** So long there is to type the command on the machine. */
const GOOD_MINUTES = 60;

export interface JoinCode {
  code: string;
  expires: Date;
  environment: { slug: string };
  /** The platform's image, by digest; null where the installation has none in a registry. */
  image: string | null;
}

/** Throws `conflict` where the environment's jobs do not run in containers. */
export async function makeJoinCode(context: Context, text: string): Promise<JoinCode> {
  const { db, joining } = context.platform;
  return withTransaction(db, async (tx) => {
    const { id, slug, role, executor, purpose } = await getEnvironment(context, text, tx);
    assertCan(role ?? 'viewer', 'environment.update', `Environment ${slug}`);
    if (purpose !== 'jobs') throw refused(`Environment ${slug} takes no jobs: no machine joins it by a code`);
    if (executor !== 'docker')
      throw refused(`Environment ${slug} runs jobs by ${executor}: only machines with Docker join by a code`);
    const code = newSecret();
    const { expires_at } = await tx
      .insertInto('join_codes')
      .values({
        hash: hashSecret(code),
        environment_id: id,
        expires_at: sql<Date>`now() + make_interval(mins => ${GOOD_MINUTES})`,
      })
      .returning('expires_at')
      .executeTakeFirstOrThrow();
    await audit(tx, context, 'environment.join_code', { id }, { slug });
    return { code, expires: expires_at, environment: { slug }, image: joining?.settings.image ?? null };
  });
}

/**
 * The machine that comes with a code is a worker from then on, known by its token's hash alone. The same machine may
 * ask again, at each of its starts: it gets the same answer.
 */
export async function joinByCode(
  context: Context,
  { code, host, tokenHash }: { code: string; host: string; tokenHash: Buffer },
): Promise<{ worker: { name: string }; environment: { slug: string } }> {
  return withTransaction(context.platform.db, async (tx) => {
    const found = await codeFor(tx, hashSecret(code));
    if (!found) throw refused('This code is not known here: `cove worker join` makes another');
    const environment = { slug: found.slug };
    if (found.used_at !== null) {
      if (found.worker === null)
        throw refused('The machine that came with this code was removed: `cove worker join` makes another');
      if (!found.token_hash?.equals(tokenHash))
        throw refused('This code was used before, by another machine: `cove worker join` makes another');
      return { worker: { name: found.worker }, environment };
    }
    if (found.late)
      throw refused(
        `This code was good until ${found.expires_at.toISOString()}: \`cove worker join\` makes another`,
      );
    const name = `${host}-${tokenHash.toString('hex', 0, 3)}`;
    const made = await tx
      .insertInto('workers')
      .values({ environment_id: found.environment_id, name, token_hash: tokenHash })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .updateTable('join_codes')
      .set({ used_at: sql<Date>`now()`, worker_id: made.id })
      .where('hash', '=', hashSecret(code))
      .execute();
    await audit(tx, context, 'worker.join', made, { name, environment: found.slug });
    return { worker: { name }, environment };
  });
}

const codeFor = (tx: Kysely<Database>, hash: Buffer) =>
  tx
    .selectFrom('join_codes')
    .innerJoin('environments', 'environments.id', 'join_codes.environment_id')
    .leftJoin('workers', 'workers.id', 'join_codes.worker_id')
    .select(['join_codes.environment_id', 'join_codes.used_at', 'join_codes.expires_at'])
    .select(['environments.slug', 'workers.name as worker', 'workers.token_hash'])
    .select(sql<boolean>`join_codes.expires_at < now()`.as('late'))
    .where('join_codes.hash', '=', hash)
    .forUpdate('join_codes')
    .executeTakeFirst();

const refused = (message: string) => new CoveError('conflict', message, { reason: 'join' });
