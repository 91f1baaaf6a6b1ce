/** The process of a peer (`peers.ts`): its worker, with jobs that do nothing but say that they have begun. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { now } from './clock.ts';
import { type PeerOptions, packagesOf, type Said } from './peers.ts';

const say = (said: Said) => void process.send?.(said);

async function bullmq({ servers, name, concurrency, workMs = 0 }: PeerOptions): Promise<void> {
  const { Worker } = packagesOf(servers)('bullmq');
  const work = async ({ data }: { data: { id: string } }) => {
    say({ id: data.id, at: now() });
    if (workMs > 0) await sleep(workMs);
  };
  const worker = new Worker(name, work, { connection: servers.redis, concurrency });
  await worker.waitUntilReady();
  say({ ready: true });
}

async function graphile({ servers, name, concurrency }: PeerOptions): Promise<void> {
  const { run, Logger } = packagesOf(servers)('graphile-worker');
  await run({
    connectionString: servers.postgres,
    concurrency,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: { [name]: ({ id }: { id: string }) => say({ id, at: now() }) },
  });
  say({ ready: true });
}

/** An HTTP call, a commit and a ring for "create", an HTTP call and a commit for "claim": nobody can do with less. */
async function bareServer({ servers, name }: PeerOptions): Promise<void> {
  const load = packagesOf(servers);
  const { Redis } = load('ioredis');
  const pool = new (load('pg').Pool)({ connectionString: servers.postgres, max: 4 });
  const redis = new Redis(servers.redis);
  await pool.query('CREATE TABLE bare (id text PRIMARY KEY, taken boolean NOT NULL DEFAULT false)');
  const server = createServer(async (asked, answer) => {
    const [, what, id] = (asked.url ?? '').split('/');
    asked.resume();
    if (what === 'create') {
      await pool.query('INSERT INTO bare (id) VALUES ($1)', [id]);
      await redis.rpush(name, id);
    } else await pool.query('UPDATE bare SET taken = true WHERE id = $1', [id]);
    answer.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  say({ ready: true, port: (server.address() as AddressInfo).port });
}

async function bareWorker({ servers, name, port }: PeerOptions): Promise<void> {
  const { Redis } = packagesOf(servers)('ioredis');
  const redis = new Redis({ ...servers.redis, blockingTimeout: undefined });
  say({ ready: true });
  for (;;) {
    const popped = await redis.blpop(name, 20);
    if (!popped) continue;
    const answer = await request(`http://127.0.0.1:${port}/claim/${popped[1]}`, {
      method: 'POST',
      body: '{}',
    });
    await answer.body.text();
    say({ id: popped[1], at: now() });
  }
}

const kinds = { bullmq, graphile, 'bare server': bareServer, 'bare worker': bareWorker };
process.once('message', (options: PeerOptions) => void kinds[options.kind](options));
process.once('disconnect', () => process.exit(0));
