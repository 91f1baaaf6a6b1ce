/** Machines that joined by a code leave again: first no new job, then the last one's end, then they are forgotten. */
import type { Kysely } from 'kysely';
import { withTransaction } from '../../platform/postgres.ts';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { isUuid } from '../ids.ts';
import { assertCan, requireUser } from '../rights.ts';
import { drainWorker } from './drain.ts';
import { viewWorkers, type WorkerView } from './list.ts';

/** One worker of an environment over which the person has a role. */
export async function getWorker(
  context: Context,
  id: string,
  db: Kysely<Database> = context.platform.db,
): Promise<WorkerView> {
  requireUser(context);
  const found = isUuid(id)
    ? await viewWorkers(db, context.actor).where('workers.id', '=', id).executeTakeFirst()
    : undefined;
  if (found) return found;
  throw notFound(`Worker ${id}`);
}

/** It takes no new job from now on. Repeating it changes nothing; there is no way back but to join again. */
export async function sendHome(context: Context, id: string): Promise<WorkerView> {
  const worker = await ownMachine(context, id);
  const { username } = requireUser(context);
  await drainWorker(context, { workerId: worker.id, reason: `${username} removes it` });
  // So that it hears at once; its next hello or heartbeat tells it in any case.
  await context.platform.queue.announceStop(worker.environment.slug, worker.id).catch(() => {});
  return getWorker(context, id);
}

/**
 * Forgets it: its token is good for nothing any more. Throws `conflict` while it may still take a job or holds one; a
 * silent one is gone as soon as its runs were called lost.
 */
export async function removeWorker(context: Context, id: string): Promise<void> {
  const { db } = context.platform;
  await withTransaction(db, async (tx) => {
    const { name, draining_at, running, environment } = await ownMachine(context, id, tx);
    if (draining_at === null)
      throw refused(`Worker ${name} still takes jobs: let it drain first (\`cove worker remove ${name}\`)`);
    if (running > 0)
      throw refused(`Worker ${name} holds ${running} ${running === 1 ? 'job' : 'jobs'}: wait for the end`);
    await tx.deleteFrom('workers').where('id', '=', id).execute();
    await audit(tx, context, 'worker.remove', { id }, { name, environment: environment.slug });
  });
}

async function ownMachine(context: Context, id: string, db = context.platform.db): Promise<WorkerView> {
  const worker = await getWorker(context, id, db);
  const { name, role, by_code, instance_id, environment } = worker;
  assertCan(role ?? 'viewer', 'environment.update', `Worker ${name}`);
  if (by_code) return worker;
  if (instance_id !== null)
    throw refused(
      `Worker ${name} is a machine of ${environment.slug}'s group, which the scheduler ends: lower \`scale_max\` or \`scale_min\``,
    );
  throw refused(`Worker ${name} belongs to the installation's config: take it out there, then \`cove up\``);
}

const refused = (message: string) => new CoveError('conflict', message, { reason: 'worker' });
