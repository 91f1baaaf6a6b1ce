/**
 * `npm run bench -- pickup [--rounds 200] [--containers 20]`: from asking for a job to its command's first word, one job at
 * a time on an idle, warm worker, part by part. Beside it, in turns: BullMQ and graphile-worker until the job is theirs, and
 * the least that anybody needs (two HTTP calls, two commits, one hand-over by Redis); a bare `sh`, and `docker run`.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { request } from 'undici';
import { oneStep } from '../support/api.ts';
import { type Breakable, breakable, type Lane } from '../support/breakable.ts';
import { until } from '../support/process.ts';
import { dayOffset, now } from './clock.ts';
import { machine } from './machine.ts';
import { installPeers, PEERS, packagesOf, type Servers, startPeer } from './peers.ts';
import { listenToAll, type Mark, marksOf } from './probe.ts';
import { median, percentile, printTable } from './statistics.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, containers: { type: 'string', default: '20' } },
});
const IMAGE = process.env.COVE_BENCH_IMAGE ?? 'python:3.12-slim';
/** The first thing that the command does is to say what time it is, in microseconds. */
const COMMAND = `bash -c 'echo $EPOCHREALTIME'`;
const WARM_UP = 10;
const GOAL_MS = 15;
const GOAL_RATIO = 2;
/** Until whoever has just ended a job waits for the next one. */
const REST_MS = 60;
const run = promisify(execFile);

const PARTS = ['API', 'doorbell', 'claim', 'prepare', 'start'] as const;
type Part = (typeof PARTS)[number];
/** When each part is over, by the mark that ends it. */
const ENDS: Record<Exclude<Part, 'start'>, string> = {
  API: 'rung',
  doorbell: 'heard',
  claim: 'claimed',
  prepare: 'started',
};
interface Round {
  from: number;
  /** The command's own first word. */
  until: number;
}

async function throughCove(at: Breakable, lane: Lane, commit: string): Promise<Round> {
  const offset = dayOffset();
  const from = now();
  const { id } = await at.api.create(at.project, commit, 'go', { environment: lane.environmentId });
  await at.api.end(id);
  const said = (await at.api.log(id)).find(({ stream }) => stream === 'stdout');
  if (said === undefined) throw new Error(`execution ${id} said nothing`);
  return { from, until: Number(said.message) * 1000 - offset };
}

/** Milliseconds of each part. Who rings may come to telling it only after the worker has heard it. */
function partsOf({ from, until: end }: Round, marks: readonly Mark[]): Record<Part, number> {
  let last = from;
  const found = {} as Record<Part, number>;
  for (const part of PARTS) {
    const at = part === 'start' ? end : marks.find((mark) => mark.name === ENDS[part] && mark.at >= from)?.at;
    if (at === undefined || at > end) throw new Error(`nobody told the end of "${part}"`);
    found[part] = Math.max(0, at - last);
    last = Math.max(last, at);
  }
  return found;
}

async function bareCommand(...command: string[]): Promise<number> {
  const offset = dayOffset();
  const from = now();
  const { stdout } = await run(command[0]!, command.slice(1));
  return Number(stdout) * 1000 - offset - from;
}

/** Each gives the milliseconds until a job that was asked for is its worker's. */
async function peersOf(servers: Servers) {
  const load = packagesOf(servers);
  const start = { servers, concurrency: 1, name: 'pickup' };
  const [bull, graph, server] = await Promise.all([
    startPeer({ ...start, kind: 'bullmq' }),
    startPeer({ ...start, kind: 'graphile' }),
    startPeer({ ...start, name: 'bare', kind: 'bare server' }),
  ]);
  const bare = await startPeer({ ...start, name: 'bare', kind: 'bare worker', port: server.port });
  const queue = new (load('bullmq').Queue)('pickup', { connection: servers.redis });
  const { makeWorkerUtils } = load('graphile-worker');
  const utils = await makeWorkerUtils({ connectionString: servers.postgres });
  const timed = (peer: typeof bull, add: (id: string) => Promise<unknown>) => async () => {
    const id = randomUUID();
    const from = now();
    await add(id);
    return (await peer.began(id)) - from;
  };
  const ways = {
    bullmq: timed(bull, (id) => queue.add('job', { id })),
    graphile: timed(graph, (id) => utils.addJob('pickup', { id })),
    bare: timed(bare, async (id) => {
      const url = `http://127.0.0.1:${server.port}/create/${id}`;
      await (await request(url, { method: 'POST', body: '{}' })).body.text();
    }),
  };
  const close = async () => {
    for (const peer of [bull, graph, server, bare]) peer.kill();
    await Promise.all([queue.close(), utils.release()]);
  };
  return { ways, close };
}

const rounds = Number(values.rounds);
const containers = Number(values.containers);
const probe = join(tmpdir(), `pickup-${process.pid}`);
const unheard = listenToAll(probe);
const at = await breakable({
  onDisk: true,
  lanes: [{ slots: 2 }, ...(containers > 0 ? [{ executor: 'docker' as const, slots: 2 }] : [])],
});
const closing = [() => at.close()];
try {
  const [plain, docker] = at.lanes;
  for (const lane of at.lanes) await lane.workers[0]!.start();
  unheard();
  const commit = await at.api.importPackage(at.project, { 'valohai.yaml': oneStep(COMMAND, IMAGE) });
  const peers = await peersOf(await installPeers(at));
  closing.push(peers.close);
  const sample: Record<string, number[]> = {};
  const keep = (name: string, ms: number) => {
    sample[name] ??= [];
    sample[name].push(ms);
  };
  const play = async (lane: Lane, count: number, others: Record<string, () => Promise<number>>) => {
    const own: Round[] = [];
    for (let round = -Math.min(WARM_UP, count); round < count; round++) {
      const one = await throughCove(at, lane, commit);
      if (round >= 0) own.push(one);
      await sleep(REST_MS);
      for (const [name, other] of Object.entries(others)) {
        const ms = await other();
        if (round >= 0) keep(name, ms);
      }
    }
    return own;
  };
  const shell = ['/bin/sh', '-c', COMMAND];
  const own = await play(plain!, rounds, { ...peers.ways, sh: () => bareCommand(...shell) });
  const boxed = docker
    ? await play(docker, containers, {
        'docker run': () => bareCommand('docker', 'run', '--rm', IMAGE, ...shell),
      })
    : [];
  const last = [...own, ...boxed].at(-1);
  const marks = await until('the marks are written', async () => {
    const found = await marksOf(probe);
    return (found.at(-1)?.at ?? 0) > (last?.until ?? 0) - 1_000 && found;
  });
  for (const [name, all] of Object.entries({ process: own, docker: boxed })) {
    for (const round of all) {
      const parts = partsOf(round, marks);
      for (const part of PARTS) keep(`${name}: ${part}`, parts[part]);
      keep(`${name}: lease`, parts.API + parts.doorbell + parts.claim);
      keep(`${name}: all`, round.until - round.from);
    }
  }
  const ms = (value: number) => value.toFixed(1);
  const row = (label: string, name: string) => {
    const all = sample[name] ?? [];
    return [label, all.length, ms(median(all)), ms(percentile(all, 0.95)), ms(percentile(all, 0.99))];
  };
  const rows = (kind: string) => [
    ...PARTS.map((part) => row(`  ${part}`, `${kind}: ${part}`)),
    row(`Cove, until it is a worker's`, `${kind}: lease`),
    row(`Cove, until the command's first word`, `${kind}: all`),
  ];
  console.log(`${machine()}, load ${loadavg()[0]!.toFixed(1)}, PostgreSQL with fsync, Redis with its file`);
  printTable([
    ['ms', 'rounds', 'p50', 'p95', 'p99'],
    ...rows('process'),
    row('bare: two calls, two commits, one hand-over', 'bare'),
    row(`BullMQ ${PEERS.bullmq}, until it is a worker's`, 'bullmq'),
    row(`graphile-worker ${PEERS['graphile-worker']}, until it is a worker's`, 'graphile'),
    row('bare sh, until its first word', 'sh'),
    ...(docker ? [...rows('docker'), row('docker run, until its first word', 'docker run')] : []),
  ]);
  const lease = sample['process: lease'] ?? [];
  const ratio = median(lease) / median(sample.bare ?? []);
  const p95 = percentile(lease, 0.95);
  const worse = p95 / percentile(sample.bare ?? [], 0.95);
  console.log(`${ratio.toFixed(2)} times the bare way in the median, ${worse.toFixed(2)} times at p95`);
  if (p95 > GOAL_MS || worse > GOAL_RATIO)
    console.log(`MISSED: p95 within ${GOAL_MS} ms and ${GOAL_RATIO} times the bare way`);
} finally {
  for (const close of closing.toReversed()) await close();
}
