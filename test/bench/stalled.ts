/**
 * What BullMQ does, with its defaults, when a worker is killed under a job: it finds the job stalled when its lock has run out,
 * and another worker takes it again. Several queues at once, for each takes as long as a minute.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Breakable } from '../support/breakable.ts';
import { now } from './clock.ts';
import { installPeers, packagesOf, type Servers, startPeer } from './peers.ts';

/** Longer than anybody waits here. */
const WORK_MS = 300_000;
const PATIENCE_MS = 90_000;

/** Seconds from the kill until the job was begun again, a number for each queue; those that nobody took are left out. */
export async function stalled(at: Breakable, queues: number): Promise<number[]> {
  const servers = await installPeers(at);
  const all = await Promise.all(Array.from({ length: queues }, () => one(servers)));
  return all.filter((seconds) => seconds !== null);
}

async function one(servers: Servers): Promise<number | null> {
  const name = `stalled-${randomUUID()}`;
  const start = { servers, kind: 'bullmq' as const, name, concurrency: 1, workMs: WORK_MS };
  const queue = new (packagesOf(servers)('bullmq').Queue)(name, { connection: servers.redis });
  const first = await startPeer(start);
  const id = randomUUID();
  await queue.add('job', { id });
  await first.began(id);
  const second = await startPeer(start);
  await sleep(Math.random() * 1_500);
  const killed = now();
  first.kill();
  const began = await Promise.race([second.began(id), sleep(PATIENCE_MS, null)]);
  second.kill();
  await queue.close();
  return began === null ? null : (began - killed) / 1000;
}
