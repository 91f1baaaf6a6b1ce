/**
 * `npm run bench -- throughput [--jobs 300] [--workers 4] [--slots 8] [--rounds 3]`: jobs a second through create, queue,
 * claim and end, nothing run, nothing lost or doubled; BullMQ and graphile-worker with the same Redis and PostgreSQL in turns,
 * and how many commits a second that PostgreSQL can do at all.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { oneStep } from '../support/api.ts';
import { type Breakable, breakable } from '../support/breakable.ts';
import { until } from '../support/process.ts';
import { drain, type Life } from './claimers.ts';
import { now } from './clock.ts';
import { machine } from './machine.ts';
import { installPeers, PEERS, packagesOf, type Servers, startPeer } from './peers.ts';
import { median, printTable } from './statistics.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '300' },
    workers: { type: 'string', default: '4' },
    slots: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
  },
});
const [jobs, workers, slots, rounds] = [values.jobs, values.workers, values.slots, values.rounds].map(
  Number,
) as [number, number, number, number];
/** Callers at once who ask for jobs. */
const CALLERS = 8;
const GOAL = 300;

/** What a row of the table is made of; a second's work, and what a job costs. */
interface Measured {
  perSecond: number;
  commits: number;
  redis: number;
  /** Milliseconds of the API's processor time. */
  api: number;
}
const sample = new Map<string, Measured[]>();
const problems: string[] = [];

async function inParallel(count: number, most: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const caller = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: most }, caller));
}

/** Transactions that wrote, commands of Redis, and the API's processor time so far. */
async function counters(at: Breakable, redis: Redis) {
  const { rows } = await sql<{ xid: string }>`
    SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid`.execute(at.db);
  const stats = /total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1];
  const fields = readFileSync(`/proc/${at.parts.api.pid()}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return {
    commits: Number(rows[0]?.xid),
    redis: Number(stats),
    api: (Number(fields[11]) + Number(fields[12])) * 10,
  };
}

/** `work` gives the milliseconds that its jobs took. */
async function measure(
  name: string,
  look: () => ReturnType<typeof counters>,
  work: () => Promise<number>,
): Promise<void> {
  const before = await look();
  const ms = await work();
  const after = await look();
  const each = (key: keyof typeof before) => (after[key] - before[key]) / jobs;
  const one = {
    perSecond: (jobs / ms) * 1000,
    commits: each('commits'),
    redis: each('redis'),
    api: each('api'),
  };
  sample.set(name, [...(sample.get(name) ?? []), one]);
}
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = now();
  await work();
  return now() - from;
};

async function lifeOf(at: Breakable, look: () => ReturnType<typeof counters>, commit: string, life: Life) {
  const [lane] = at.lanes;
  const ids: string[] = [];
  const create = async () => {
    const { id } = await at.api.create(at.project, commit, 'go', { environment: lane!.environmentId });
    ids.push(id);
  };
  await measure('Cove: create', look, () => timed(() => inParallel(jobs, CALLERS, create)));
  const name = life === 'bare' ? 'Cove: claim and end' : 'Cove: claim, log, output and end';
  await measure(name, look, async () => {
    const { from, until: end, given } = await drain(at, lane!.workers, { slots, count: jobs, life });
    const twice = [...given].filter(([, times]) => times > 1);
    if (twice.length > 0) problems.push(`${twice.length} given twice`);
    return end - from;
  });
  const { rows: bad } = await sql<{
    status: string;
    attempt: number;
  }>`SELECT status, attempt FROM executions e
    WHERE id = ANY(${ids}::uuid[]) AND (status <> 'complete' OR attempt <> 1
      OR (SELECT count(*) FROM audit WHERE subject_id::text = e.id::text AND action = 'execution.end') <> 1)`.execute(
    at.db,
  );
  const [first] = bad;
  if (first)
    problems.push(
      `${bad.length} of ${ids.length} not ended just once: the first is ${first.status}, attempt ${first.attempt}`,
    );
}

/** All jobs are there before the worker comes; from the first that it began to the last. */
async function peer(
  label: string,
  look: () => ReturnType<typeof counters>,
  servers: Servers,
  kind: 'bullmq' | 'graphile',
  add: (name: string) => Promise<unknown>,
): Promise<void> {
  const name = `throughput-${randomUUID()}`;
  await measure(`${label}: create`, look, () => timed(() => inParallel(jobs, CALLERS, () => add(name))));
  await measure(`${label}: claim and end`, look, async () => {
    const worker = await startPeer({ servers, kind, name, concurrency: workers * slots });
    await until(`${label} has done all`, () => worker.seen.size === jobs, 120);
    // The last ones are still being ended.
    await sleep(300);
    worker.kill();
    return worker.last - worker.first;
  });
}

/** One row a commit, by as many connections as callers: what PostgreSQL can do on this disk. */
async function commits(servers: Servers): Promise<void> {
  const pool = new (packagesOf(servers)('pg').Pool)({ connectionString: servers.postgres, max: CALLERS });
  await pool.query('CREATE TABLE IF NOT EXISTS commits (id int)');
  const ms = await timed(() =>
    inParallel(jobs * 4, CALLERS, () => pool.query('INSERT INTO commits VALUES (1)')),
  );
  await pool.end();
  const one = { perSecond: ((jobs * 4) / ms) * 1000, commits: 1, redis: 0, api: 0 };
  sample.set(COMMITS, [...(sample.get(COMMITS) ?? []), one]);
}
const COMMITS = 'PostgreSQL: commits of one row';

const at = await breakable({ onDisk: true, lanes: [{ slots, workers }] });
const closing: (() => unknown)[] = [() => at.close()];
try {
  const servers = await installPeers(at);
  const redis = new Redis({ ...servers.redis, protocol: 2 });
  const load = packagesOf(servers);
  const utils = await load('graphile-worker').makeWorkerUtils({ connectionString: servers.postgres });
  await utils.migrate();
  closing.push(
    () => redis.disconnect(),
    () => utils.release(),
  );
  const look = () => counters(at, redis);
  const commit = await at.api.importPackage(at.project, { 'valohai.yaml': oneStep('true') });
  const queues = new Map<string, { add(name: string, data: unknown): Promise<unknown>; close(): unknown }>();
  const queue = (name: string) => {
    const found = queues.get(name) ?? new (load('bullmq').Queue)(name, { connection: servers.redis });
    queues.set(name, found);
    return found as typeof found & {};
  };
  for (let round = 0; round < rounds; round++) {
    await lifeOf(at, look, commit, 'bare');
    await peer('BullMQ', look, servers, 'bullmq', (name) => queue(name).add('job', { id: randomUUID() }));
    await peer('graphile-worker', look, servers, 'graphile', (name) =>
      utils.addJob(name, { id: randomUUID() }),
    );
    await lifeOf(at, look, commit, 'whole');
    await commits(servers);
  }
  closing.push(...[...queues.values()].map((one) => () => one.close()));
} finally {
  for (const close of closing.toReversed()) await close();
}

const mid = (all: Measured[], key: keyof Measured) => median(all.map((one) => one[key]));
console.log(
  `${machine()}, load ${loadavg()[0]!.toFixed(1)}, PostgreSQL with fsync, Redis with its file\n${rounds} rounds of ${jobs} jobs, ` +
    `${workers} workers with ${slots} slots, BullMQ ${PEERS.bullmq}, graphile-worker ${PEERS['graphile-worker']}`,
);
printTable([
  ['medians', 'a second', 'commits a job', 'Redis commands a job', "API's ms a job"],
  ...[...sample].map(([name, all]) => [
    name,
    mid(all, 'perSecond').toFixed(0),
    mid(all, 'commits').toFixed(1),
    mid(all, 'redis').toFixed(1),
    name.startsWith('Cove') ? mid(all, 'api').toFixed(1) : '',
  ]),
]);
const seconds = (name: string) => 1 / mid(sample.get(name) ?? [], 'perSecond');
const cycles = 1 / (seconds('Cove: create') + seconds('Cove: claim and end'));
const used = ['Cove: create', 'Cove: claim and end'].reduce(
  (sum, name) => sum + mid(sample.get(name) ?? [], 'commits'),
  0,
);
const share = (cycles * used) / mid(sample.get(COMMITS) ?? [], 'perSecond');
console.log(
  `${cycles.toFixed(0)} whole lives a second, ${used.toFixed(1)} commits each: ${(share * 100).toFixed(0)} % of what PostgreSQL can do`,
);
for (const problem of problems) console.log(`WRONG: ${problem}`);
if (cycles < GOAL || share < 0.5) console.log(`MISSED: ${GOAL} a second, and half of PostgreSQL's commits`);
