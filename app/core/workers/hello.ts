import { sql } from 'kysely';
import type { z } from 'zod';
import {
  HEARTBEAT_SECONDS,
  type HelloRequest,
  type HelloResponse,
  LEASE_SECONDS,
  PROTOCOL_VERSION,
} from '../../protocol/worker.ts';
import type { Context } from '../context.ts';
import { CoveError, notFound } from '../errors.ts';
import { storable } from '../storable.ts';
import { requireWorker } from './guard.ts';

/** A worker says what it is and learns whom it serves and where the doorbell is. */
export async function hello(
  context: Context,
  input: z.infer<typeof HelloRequest>,
): Promise<z.infer<typeof HelloResponse>> {
  const { platform } = context;
  const { workerId } = requireWorker(context);
  if (input.protocol !== PROTOCOL_VERSION) {
    const message = `The worker speaks protocol ${input.protocol}, the API ${PROTOCOL_VERSION}. Update the worker to the API's version.`;
    throw new CoveError('conflict', message, { reason: 'protocol' });
  }
  const { protocol: _, ...info } = input;
  const row = await platform.db
    .updateTable('workers')
    .from('environments')
    .whereRef('environments.id', '=', 'workers.environment_id')
    .where('workers.id', '=', workerId)
    .set({ info: JSON.stringify(storable(info)), last_seen: sql<Date>`now()` })
    .returning([
      'workers.name as worker',
      'environments.id',
      'environments.slug',
      'environments.name',
      'environments.executor',
      'workers.draining_at',
    ])
    .executeTakeFirst();
  if (!row) throw notFound('This worker');
  if (!input.executors.includes(row.executor)) {
    const message = `Environment "${row.slug}" runs jobs by ${row.executor}; this worker offers ${input.executors.join(', ') || 'nothing'}.`;
    throw new CoveError('conflict', message, { reason: 'executor' });
  }
  return {
    worker: { id: workerId, name: row.worker },
    environment: { id: row.id, slug: row.slug, name: row.name, executor: row.executor },
    queue: input.relay === true ? null : await queueLogin(context, row.slug),
    trusted_hosts: platform.trustedInputHosts,
    drain: row.draining_at !== null,
    lease_seconds: LEASE_SECONDS,
    heartbeat_seconds: HEARTBEAT_SECONDS,
  };
}

/**
 * The login of the environment's own Redis user, which reaches nothing but its queue and logs. Null where there is none:
 * a Redis without users, or one that these workers cannot reach; the API relays then (design 5).
 */
async function queueLogin({ platform }: Context, slug: string) {
  const secrets = await platform.secrets.find(`environments/${slug}`);
  const { queue_username: username, queue_password: password } = secrets ?? {};
  if (username === undefined || password === undefined) return null;
  const { host, port, tls, ca } = platform.queueAddress;
  return { host, port, tls, username, password, ...(ca !== undefined && { ca }) };
}
