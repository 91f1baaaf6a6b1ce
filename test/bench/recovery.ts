/**
 * `npm run bench -- recovery [--rounds 20] [--queues 5]`: kill -9 of worker, API, scheduler, Redis and PostgreSQL under a
 * running job; seconds until a lost run is told as such, until the next job has run, and how many ends were wrong.
 * Beside it BullMQ with its defaults, whose worker is killed under a job in so many queues.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { counting } from '../faults/trials/trial.ts';
import { type Breakable, breakable, type Lane } from '../support/breakable.ts';
import { endedAt, judgeAll, merge, type Verdict, verdict } from '../support/judgement.ts';
import { until } from '../support/process.ts';
import { machine } from './machine.ts';
import { PEERS } from './peers.ts';
import { stalled } from './stalled.ts';
import { median, percentile, printTable } from './statistics.ts';

const GOAL_SECONDS = 15;
/** As long as a supervisor waits before it starts what has died. */
const RESTART_MS = 500;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, queues: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);
const queues = Number(values.queues);

interface Sample extends Verdict {
  /** Seconds from the kill until a job that was asked for right then has run to its end. */
  next: number[];
}
const sample = (): Sample => ({ ...verdict(), next: [] });

/** Asked for again and again, as a client does that is told 503 or nobody at all. */
async function submit(lane: Lane): Promise<string> {
  return until('a job is taken', () => lane.submit('echo line 1').catch(() => null), 60);
}
const begin = async (at: Breakable, lane: Lane, lines: number) => {
  const id = await lane.submit(counting(lines));
  await at.api.until(id, ({ status }) => status === 'started');
  await sleep(Math.random() * 1_500);
  return id;
};

async function worker(at: Breakable, lane: Lane): Promise<Sample> {
  const [first, second] = lane.workers;
  await first!.start();
  const id = await begin(at, lane, 600);
  const killed = Date.now();
  await first!.end('SIGKILL');
  // Another worker of the environment stands by; what the run's policy does with a loss is not measured here.
  await second!.start();
  const found = { ...sample(), ...(await judgeAll(at, [id], { status: ['crashed'] }, 40)) };
  found.noticed.push(((await endedAt(at, id)) - killed) / 1000);
  const next = await submit(lane);
  const after = await judgeAll(at, [next], { lines: 1 });
  found.next.push(((await endedAt(at, next)) - killed) / 1000);
  await second!.end('SIGKILL');
  return { ...merge([found, after]), next: found.next };
}

type Shared = 'api' | 'scheduler' | 'redis' | 'postgres';
const shared =
  (name: Shared) =>
  async (at: Breakable, lane: Lane): Promise<Sample> => {
    const [agent] = lane.workers;
    await agent!.start();
    const id = await begin(at, lane, 60);
    const killed = Date.now();
    await at.parts[name].end('SIGKILL');
    const restart = sleep(RESTART_MS).then(() => at.parts[name].start());
    const next = await submit(lane);
    await restart;
    const found = [await judgeAll(at, [id], { lines: 60 }, 60), await judgeAll(at, [next], { lines: 1 }, 60)];
    const seconds = ((await endedAt(at, next)) - killed) / 1000;
    await agent!.end('SIGKILL');
    return { ...merge(found), next: [seconds] };
  };

const plays = {
  worker,
  api: shared('api'),
  scheduler: shared('scheduler'),
  redis: shared('redis'),
  postgres: shared('postgres'),
};
const told = (sample: number[]) =>
  sample.length === 0 ? '' : `${median(sample).toFixed(1)} / ${percentile(sample, 0.99).toFixed(1)}`;
const table: (string | number)[][] = [
  [
    'kill -9 of',
    'trials',
    'lost',
    'doubled',
    'wrong',
    'told as lost, s median / p99',
    'next job has run, s median / p99',
  ],
];
let missed = false;
let peer: number[] = [];
const at = await breakable({ lanes: Object.keys(plays).map(() => ({ workers: 2, slots: 2 })) });
try {
  // First, for afterwards Redis and PostgreSQL are killed.
  if (queues > 0) peer = await stalled(at, queues);
  for (const [index, [name, play]] of Object.entries(plays).entries()) {
    const all = sample();
    for (let round = 0; round < rounds; round++) {
      const one = await play(at, at.lanes[index]!).catch((error: Error) => ({
        ...sample(),
        wrong: [`round ${round + 1} broke off: ${error.message.split('\n')[0]}`],
      }));
      for (const words of [one.lost, one.doubled, one.wrong].flat()) console.log(`${name}: ${words}`);
      Object.assign(all, merge([all, one]), { next: [...all.next, ...one.next] });
      for (const agent of at.lanes[index]!.workers) await agent.end('SIGKILL');
    }
    const { lost, doubled, wrong, noticed, next } = all;
    table.push([name, rounds, lost.length, doubled.length, wrong.length, told(noticed), told(next)]);
    missed ||= lost.length + doubled.length + wrong.length > 0 || percentile(noticed, 0.99) > GOAL_SECONDS;
  }
} finally {
  await at.close();
}
console.log(machine());
printTable(table);
if (queues > 0)
  console.log(
    `BullMQ ${PEERS.bullmq}, its worker killed in ${queues} queues: ${peer.length} jobs begun again, ${told(peer)} s (median / p99) after it`,
  );
if (missed)
  console.log(`MISSED: every loss within ${GOAL_SECONDS} s at p99, and nothing lost, doubled or wrong`);
