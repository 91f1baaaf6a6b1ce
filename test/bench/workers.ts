/**
 * `npm run bench -- workers [--workers 1,10,100,1000] [--rounds 100] [--jobs 300] [--past 0]`: what a fleet's size costs. So
 * many workers of one slot, the agent's own loop and connections without containers, in one process: how soon a job is a
 * worker's and how many lives a second, with all others idle and with all others at work, and what idle and busy workers ask of
 * PostgreSQL, statement by statement.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { hashSecret } from '../../app/core/users/secrets.ts';
import { oneStep } from '../support/api.ts';
import { type Breakable, breakable } from '../support/breakable.ts';
import { until } from '../support/process.ts';
import { now } from './clock.ts';
import { addExecutions, settle } from './history.ts';
import { machine } from './machine.ts';
import { median, percentile, printTable } from './statistics.ts';
import type { Order, Told } from './swarm.ts';
import { callsOf, countStatements, type Use, used } from './usage.ts';

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,10,100,1000' },
    rounds: { type: 'string', default: '100' },
    jobs: { type: 'string', default: '300' },
    past: { type: 'string', default: '0' },
  },
});
const [rounds, jobs, past] = [values.rounds, values.jobs, values.past].map(Number) as [
  number,
  number,
  number,
];
/** Twice what lies between two greetings of an idle worker. */
const LOOK_MS = 30_000;
const WARM_UP = 10;
const CALLERS = 8;
/** Until whoever has just ended a job waits for the next one. */
const REST_MS = 60;
/** Workers that say hello for the first time at once. */
const DOORS = 50;
/** Statements told of each. */
const SHOWN = 8;
const PARTS = ['postgres', 'api', 'scheduler', 'redis'] as const;

/** The workers, and what they have told so far. */
class Swarm {
  readonly #at: Breakable;
  readonly #child: ChildProcess;
  readonly taken = new Map<string, number>();
  readonly ended = new Map<string, number>();
  ready = 0;
  doubled = 0;

  constructor(at: Breakable) {
    this.#at = at;
    this.#child = fork(new URL('swarm.ts', import.meta.url), { execArgv: ['--no-warnings'] });
    this.#child.on('message', (told: Told) => {
      if ('ready' in told) this.ready = told.ready;
      else if ('ended' in told) this.ended.set(told.ended, told.at);
      else if (this.taken.has(told.taken)) this.doubled++;
      else this.taken.set(told.taken, told.at);
    });
  }

  /** Until there are so many. They are written down as a machine that joined is. */
  async grow(count: number): Promise<void> {
    const { db, lanes, port, at } = this.#at;
    const folder = join(at.folder, 'swarm');
    await mkdir(folder, { recursive: true });
    while (this.ready < count) {
      const more = Array.from({ length: Math.min(DOORS, count - this.ready) }, (_, n) => {
        const name = `swarm-${this.ready + n}`;
        return { name, token: randomBytes(20).toString('hex'), tokenFile: join(folder, name) };
      });
      for (const { token, tokenFile } of more) await writeFile(tokenFile, token, { mode: 0o600 });
      const rows = more.map(({ name, token }) => ({
        name,
        environment_id: lanes[0]!.environmentId,
        token_hash: hashSecret(token),
      }));
      await db.insertInto('workers').values(rows).execute();
      const workers = more.map(({ name, tokenFile }) => ({ name, tokenFile }));
      const all = this.ready + more.length;
      this.say({ kind: 'more', apiUrl: `http://127.0.0.1:${port}`, folder, workers });
      await until(`${all} workers are ready`, () => this.ready === all, 60);
    }
  }
  close(): void {
    this.#child.kill('SIGKILL');
  }
  say(order: Order): void {
    this.#child.send(order);
  }
}

/** Rows as an installation has them after years. */
async function addPast({ db, project, lanes }: Breakable, executions: number): Promise<void> {
  const one = async (table: 'commits' | 'users') =>
    (await db.selectFrom(table).select('id').executeTakeFirstOrThrow()).id;
  const [commitId, creatorId] = [await one('commits'), await one('users')];
  const { environmentId } = lanes[0]!;
  await addExecutions(db, { projectId: project, commitId, creatorId, environmentId, executions });
  await settle(db);
}

async function inParallel(count: number, most: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const caller = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: most }, caller));
}

/** One row of the table. */
interface Row {
  workers: number;
  idle: Use;
  pickup: number[];
  lives: number;
  life: Use;
  busy: Use;
  busyPickup: number[];
}

async function measure(at: Breakable, swarm: Swarm, commit: string, workers: number): Promise<Row> {
  const { environmentId } = at.lanes[0]!;
  const create = async () =>
    (await at.api.create(at.project, commit, 'go', { environment: environmentId })).id as string;
  const ends = (ids: readonly string[]) =>
    until('the jobs have ended', () => ids.every((id) => swarm.ended.has(id)), 120);

  const pickup = async (count: number) => {
    const sample: number[] = [];
    for (let round = -WARM_UP; round < count; round++) {
      const from = now();
      const id = await create();
      await until('the job is taken', () => swarm.taken.has(id), 30);
      if (round >= 0) sample.push(swarm.taken.get(id)! - from);
      await ends([id]);
      await sleep(REST_MS);
    }
    return sample;
  };
  const many = async (count: number) => {
    const ids: string[] = [];
    await inParallel(count, CALLERS, async () => ids.push(await create()));
    return ids;
  };

  await swarm.grow(workers);
  const idle = await used(at, () => sleep(LOOK_MS));
  const alone = await pickup(rounds);
  const from = now();
  let all: string[] = [];
  const life = await used(at, async () => {
    all = await many(jobs);
    await ends(all);
  });
  const took = Math.max(...all.map((id) => swarm.ended.get(id)!)) - from;

  swarm.say({ kind: 'hold' });
  const held = await many(workers - 1);
  await until('the others are at work', () => held.every((id) => swarm.taken.has(id)), 120);
  swarm.say({ kind: 'pass' });
  const busy = await used(at, () => sleep(LOOK_MS));
  const last = await pickup(rounds);
  swarm.say({ kind: 'let go' });
  await ends(held);
  return { workers, idle, pickup: alone, lives: (jobs / took) * 1000, life, busy, busyPickup: last };
}

/** The dearest statements of what was looked at; `share`: of its calls and milliseconds, one job's or one second's. */
function printStatements(title: string, use: Use, share: number): void {
  console.log(`\n${title}`);
  printTable([
    ['calls', 'ms', ''],
    ...use.statements
      .slice(0, SHOWN)
      .map(({ calls, ms, text }) => [
        (calls / share).toFixed(2),
        (ms / share).toFixed(2),
        text.replaceAll(/\s+/g, ' ').slice(0, 150),
      ]),
  ]);
}

const at = await breakable({ onDisk: true, lanes: [{}] });
let swarm: Swarm | undefined;
try {
  await countStatements(at);
  const commit = await at.api.importPackage(at.project, { 'valohai.yaml': oneStep('true') });
  if (past > 0) await addPast(at, past);
  swarm = new Swarm(at);
  console.log(
    `${machine()}, load ${loadavg()[0]!.toFixed(1)}, PostgreSQL with fsync; ${past} past executions`,
  );
  const rows: Row[] = [];
  for (const workers of values.workers.split(',').map(Number)) {
    rows.push(await measure(at, swarm, commit, workers));
    console.log(`${workers} workers: done; load ${loadavg()[0]!.toFixed(1)}`);
  }
  const row = (name: string, of: (one: Row) => number, digits = 1) => [
    name,
    ...rows.map((one) => of(one).toFixed(digits)),
  ];
  const cores = (name: string, of: (one: Row) => Use, part: keyof Use['cpu']) =>
    row(name, (one) => (of(one).cpu[part] / of(one).seconds) * 100);
  const each = (name: string, part: keyof Use['cpu']) =>
    row(name, ({ life }) => (life.cpu[part] * 1000) / jobs, 2);
  const load = (name: 'idle' | 'busy') => [
    row(`${name}: statements a second`, (one) => callsOf(one[name]) / one[name].seconds),
    ...PARTS.map((part) => cores(`${name}: ${part}, % of a core`, (one) => one[name], part)),
  ];
  printTable([
    ['workers', ...rows.map(({ workers }) => workers)],
    row('pickup, others idle: ms p50', ({ pickup }) => median(pickup)),
    row('  p95', ({ pickup }) => percentile(pickup, 0.95)),
    row('pickup, others at work: ms p50', ({ busyPickup }) => median(busyPickup)),
    row('  p95', ({ busyPickup }) => percentile(busyPickup, 0.95)),
    row('lives a second', ({ lives }) => lives),
    row('a life: statements', ({ life }) => callsOf(life) / jobs),
    ...PARTS.map((part) => each(`a life: ms of ${part}`, part)),
    ...load('idle'),
    ...load('busy'),
  ]);
  const last = rows.at(-1)!;
  printStatements(`idle, ${last.workers} workers, a second`, last.idle, last.idle.seconds);
  printStatements(`a life, ${last.workers} workers`, last.life, jobs);
  printStatements(`busy, ${last.workers} workers, a second`, last.busy, last.busy.seconds);
  if (swarm.doubled > 0) console.log(`WRONG: ${swarm.doubled} jobs were given twice`);
} finally {
  swarm?.close();
  await at.close();
}
