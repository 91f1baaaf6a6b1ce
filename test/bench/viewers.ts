/**
 * `npm run bench -- viewers [--viewers 1,100,1000] [--seconds 8] [--rate 1000]`: a job writes so many lines a second, people
 * watch it over server-sent events, and every fifth of them breaks off once and comes back with `Last-Event-ID`: milliseconds
 * from the line written to the line seen, and what the API takes. Beside it, in turns, a bare server that writes the same
 * bytes to as many connections ten times a second.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Breakable, breakable } from '../support/breakable.ts';
import type { Bare, Crowd, Seen } from './crowd.ts';
import { machine } from './machine.ts';
import { median, percentile, printTable } from './statistics.ts';

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '1,100,1000' },
    seconds: { type: 'string', default: '8' },
    rate: { type: 'string', default: '1000' },
  },
});
const [seconds, rate] = [Number(values.seconds), Number(values.rate)];
const GOAL_MS = 1000;
const GOAL_CORES = 1;
const RETURNING = 0.2;
const CROWD = new URL('crowd.ts', import.meta.url);

/** Waits for the file, then writes as many lines as are due, every 10 ms. */
const WRITER = `
const { existsSync, writeSync } = require('node:fs');
const [go, rate, seconds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
let began = 0, written = 0;
const timer = setInterval(() => {
  const now = Date.now();
  if (!began && !existsSync(go)) return;
  began ||= now;
  const due = Math.min(rate * seconds, Math.floor(((now - began) / 1000) * rate));
  let text = '';
  for (; written < due; written++) text += 'at ' + now + ' ' + '.'.repeat(80) + '\\n';
  if (text) writeSync(1, text);
  if (written >= rate * seconds) clearInterval(timer);
}, 10);
`;

interface Taken {
  seen: Seen;
  cpuSeconds: number;
  /** Megabytes; the bare server's are not told. */
  memory: { before: number; most: number } | null;
}

async function crowd(work: Omit<Crowd, 'kind'>): Promise<{ child: ChildProcess; seen: Promise<Seen> }> {
  const child = fork(CROWD, { execArgv: ['--no-warnings'] });
  child.send({ kind: 'crowd', ...work } satisfies Crowd);
  const [open] = await once(child, 'message');
  if (open !== 'open') throw new Error(`the crowd said ${JSON.stringify(open)}`);
  return { child, seen: once(child, 'message').then(([seen]) => seen as Seen) };
}

async function bare(viewers: number): Promise<Taken> {
  const server = fork(CROWD, { execArgv: ['--no-warnings'] });
  try {
    server.send({ kind: 'bare', rate, seconds } satisfies Bare);
    const [port] = await once(server, 'message');
    const url = `http://127.0.0.1:${port}/`;
    const watching = await crowd({ url, headers: {}, viewers, returning: RETURNING, seconds });
    server.send('go');
    const [[{ cpuSeconds }], seen] = await Promise.all([once(server, 'message'), watching.seen]);
    return { seen, cpuSeconds, memory: null };
  } finally {
    server.kill('SIGKILL');
  }
}

async function cove(at: Breakable, viewers: number): Promise<Taken> {
  const [lane] = at.lanes;
  const go = join(at.at.folder, `go-${viewers}`);
  const script = join(at.at.folder, 'writer.cjs');
  await writeFile(script, WRITER);
  const command = ['exec', process.execPath, script, go, String(rate), String(seconds)];
  const id = await lane!.submit(command.map((word) => (word === 'exec' ? word : `'${word}'`)).join(' '));
  await at.api.until(id, ({ status }) => status === 'started');
  const watching = await crowd({
    url: `${at.api.base}/api/v0/executions/${id}/events/stream/?limit=0`,
    headers: { authorization: `Token ${at.api.token}` },
    viewers,
    returning: RETURNING,
    seconds,
  });
  const pid = at.parts.api.pid();
  const before = { cpu: cpuOf(pid), memory: memoryOf(pid) };
  let most = before.memory;
  const looking = setInterval(() => {
    most = Math.max(most, memoryOf(pid));
  }, 200);
  await writeFile(go, '');
  const seen = await watching.seen;
  clearInterval(looking);
  for (const why of new Set(seen.broken)) console.log(`a stream broke off: ${why}`);
  if (seen.broken.length > 0)
    console.log(
      at.parts.api
        .output()
        .split('\n')
        .filter((line) => /"level":(40|50)/.test(line))
        .slice(-3)
        .join('\n'),
    );
  return { seen, cpuSeconds: cpuOf(pid) - before.cpu, memory: { before: before.memory, most } };
}

/** Seconds of processor so far; a tick of Linux is a hundredth. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
const memoryOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;

const at = await breakable({ lanes: [{}] });
try {
  await at.lanes[0]!.workers[0]!.start();
  console.log(
    `${machine()}\n${rate} lines a second for ${seconds} s, every fifth viewer comes back; load ${loadavg()[0]!.toFixed(1)}`,
  );
  const table: (string | number)[][] = [
    [
      'viewers',
      'server',
      'ms p50',
      'p99',
      'missed',
      'doubled',
      'came back',
      'cores',
      'MB before, most',
      'crowd cores',
      '',
    ],
  ];
  for (const viewers of values.viewers.split(',').map(Number)) {
    for (const [name, play] of [
      ['bare', bare],
      ['Cove', (n: number) => cove(at, n)],
    ] as const) {
      const { seen, cpuSeconds, memory } = await play(viewers);
      const [p99, cores] = [percentile(seen.late, 0.99), cpuSeconds / seconds];
      const wrong = seen.missed + seen.doubled > 0 || p99 > GOAL_MS || cores > GOAL_CORES;
      table.push([
        viewers,
        name,
        median(seen.late),
        p99,
        seen.missed,
        seen.doubled,
        seen.returned,
        cores.toFixed(2),
        memory ? `${memory.before.toFixed(0)}, ${memory.most.toFixed(0)}` : '',
        (seen.cpuSeconds / seconds).toFixed(2),
        name === 'Cove' && wrong ? 'MISSED' : '',
      ]);
    }
  }
  printTable(table);
  console.log(
    `load ${loadavg()[0]!.toFixed(1)}; goal: p99 at most ${GOAL_MS} ms, none missed or doubled, less than ${GOAL_CORES} core`,
  );
} finally {
  await at.close();
}
