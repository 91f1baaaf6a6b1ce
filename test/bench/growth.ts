/**
 * `npm run bench -- growth [--past 200,10000,1000000] [--rounds 40]`: what an installation's age costs. With so many past
 * executions as rows: a job's way from asking to claim and end, what the scheduler asks again and again, pages of lists, what
 * an idle installation asks of its database, and what it keeps. The fewest fill a page of a list. Goal: nothing takes more
 * than twice as long as when it was new.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { sqlRunStore } from '../../app/core/lifecycle/run-store-sql.ts';
import { oneStep } from '../support/api.ts';
import { type Breakable, breakable } from '../support/breakable.ts';
import { addExecutions, settle } from './history.ts';
import { machine } from './machine.ts';
import { median, printTable } from './statistics.ts';

const GOAL = 2;
/** Of what so short a time says little. */
const NOTHING_MS = 5;
const WARM_UP = 10;
const IDLE_MS = 10_000;

const { values } = parseArgs({
  options: {
    past: { type: 'string', default: '200,10000,1000000' },
    rounds: { type: 'string', default: '40' },
  },
});
const rounds = Number(values.rounds);

type Deed = () => Promise<unknown>;
const timed = async (deed: Deed): Promise<number> => {
  const began = performance.now();
  await deed();
  return performance.now() - began;
};

/** A worker that runs nothing: what it says to the API is what a real one says. */
async function idleWorker({ api, lanes: [lane] }: Breakable) {
  const token = (await readFile(lane!.workers[0]!.tokenFile, 'utf8')).trim();
  const say = async (path: string, body: object): Promise<{ token: string }> => {
    const answer = await fetch(`${api.base}/api/worker/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Worker ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { token: string };
  };
  await say('hello', {
    protocol: 1,
    version: '0',
    hostname: 'h',
    cpus: 1,
    memory: 1,
    executors: ['process'],
  });
  return say;
}

/** What is done in every round, in turns, by name. */
async function deedsOf(at: Breakable, commit: string): Promise<Map<string, Deed>> {
  const { api, db, lanes, project } = at;
  const say = await idleWorker(at);
  const runs = sqlRunStore(db);
  const get = (path: string) => () => api.ok('GET', path);
  const page = (query: string) => get(`/executions/?project=${project}&limit=100&${query}`);
  let id = '';
  let token = '';
  return new Map<string, Deed>([
    [
      'create',
      async () => {
        ({ id } = await api.create(project, commit, 'go', { environment: lanes[0]!.environmentId }));
      },
    ],
    [
      'claim',
      async () => {
        ({ token } = await say('claim', { execution_id: id, claim: randomUUID() }));
      },
    ],
    ['heartbeat', () => say(`runs/${id}/heartbeat`, { token })],
    [
      'end',
      () => say(`runs/${id}/end`, { token, status: 'complete', exit_code: 0, reason: '', log_lines: 0 }),
    ],
    ['reaper: look for lost runs', () => runs.reap()],
    ['doorbell: look for queued runs', () => runs.queued()],
    [
      'metrics',
      async () =>
        (await fetch(`${api.base}/metrics`, { headers: { authorization: `Token ${api.token}` } })).text(),
    ],
    ['list: newest 100', page('ordering=-counter&no_count=true')],
    ['list: usual order', page('no_count=true')],
    ['list: by title', page('ordering=title&no_count=true')],
    ['list: incomplete', page('status=incomplete')],
    ['list: newest 100, counted', page('ordering=-counter')],
    ['list: all failed, counted', page('status=error')],
    ['one run', get(`/executions/${project}:latest/`)],
  ]);
}
/** These count every row there is. */
const GROWS = /counted/;

const number = async (at: Breakable, query: ReturnType<typeof sql<{ n: number }>>) =>
  Number((await query.execute(at.db)).rows[0]!.n);

/** Transactions and rows read a second, while nobody does anything. */
async function idle(at: Breakable) {
  const look = async () => {
    const { rows } = await sql<{ transactions: number; rows: number }>`
      SELECT xact_commit AS transactions, tup_returned + tup_fetched AS rows FROM pg_stat_database
      WHERE datname = current_database()`.execute(at.db);
    return rows[0]!;
  };
  const before = await look();
  await sleep(IDLE_MS);
  const after = await look();
  const each = (name: 'transactions' | 'rows') => ((after[name] - before[name]) / IDLE_MS) * 1000;
  return { transactions: each('transactions'), rows: each('rows') };
}

const at = await breakable({ lanes: [{}] });
try {
  const commit = await at.api.importPackage(at.project, {
    'valohai.yaml': oneStep('true', 'python:3.12-slim'),
  });
  const one = async (table: 'commits' | 'users') =>
    (await at.db.selectFrom(table).select('id').executeTakeFirstOrThrow()).id;
  const [commitId, creatorId] = [await one('commits'), await one('users')];
  const { environmentId } = at.lanes[0]!;
  const deeds = await deedsOf(at, commit);
  const steps = values.past.split(',').map(Number);
  const columns: Map<string, number>[] = [];
  const kept: { bytes: number; idle: Awaited<ReturnType<typeof idle>> }[] = [];
  console.log(`${machine()}\n${rounds} rounds of each; load ${loadavg()[0]!.toFixed(1)}`);
  let there = 0;
  for (const past of steps) {
    const began = Date.now();
    await addExecutions(at.db, {
      projectId: at.project,
      commitId,
      environmentId,
      creatorId,
      executions: past - there,
    });
    there = past;
    await settle(at.db);
    const bytes = await number(at, sql`SELECT pg_database_size(current_database()) AS n`);
    console.log(
      `${past} past executions: made in ${Math.round((Date.now() - began) / 1000)} s; load ${loadavg()[0]!.toFixed(1)}`,
    );
    const samples = new Map([...deeds.keys()].map((name) => [name, [] as number[]]));
    for (let round = -WARM_UP; round < rounds; round++) {
      for (const [name, deed] of deeds) {
        const took = await timed(deed);
        if (round >= 0) samples.get(name)!.push(took);
      }
    }
    columns.push(new Map([...samples].map(([name, sample]) => [name, median(sample)])));
    kept.push({ bytes, idle: await idle(at) });
  }
  const [first, last] = [columns[0]!, columns.at(-1)!];
  const table = [...deeds.keys()].map((name) => {
    const ratio = last.get(name)! / first.get(name)!;
    const missed = ratio > GOAL && last.get(name)! > NOTHING_MS && !GROWS.test(name) ? 'MISSED' : '';
    return [name, ...columns.map((column) => column.get(name)!.toFixed(1)), ratio.toFixed(2), missed];
  });
  const row = (name: string, of: (one: (typeof kept)[number]) => number) => [
    name,
    ...kept.map((one) => of(one).toFixed(0)),
    (of(kept.at(-1)!) / of(kept[0]!)).toFixed(2),
    '',
  ];
  printTable([
    ['ms, median; past executions:', ...steps, 'last / first', ''],
    ...table,
    row('idle: transactions a second', (one) => one.idle.transactions),
    row('idle: rows read a second', (one) => one.idle.rows),
    row('database, MB', ({ bytes }) => bytes / 1e6),
  ]);
  const grown = kept.at(-1)!.bytes - kept[0]!.bytes;
  console.log(
    `${(grown / (steps.at(-1)! - steps[0]!) / 1000).toFixed(1)} kB in PostgreSQL for each execution, without metadata points`,
  );
  console.log(
    `load ${loadavg()[0]!.toFixed(1)}; goal: last / first at most ${GOAL}, but for what counts all rows`,
  );
} finally {
  await at.close();
}
