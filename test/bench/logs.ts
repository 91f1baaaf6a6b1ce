/**
 * `npm run bench -- logs [--lines 1000000] [--seconds 8]`: a job's lines from its standard output to a live viewer and into the
 * stored log, as fast as they come, from one job and from four at once, and how late they are at a steady pace. Every line is
 * counted, at the viewer and in the store. Beside it: the same lines through a pipe into a file, through Redis alone in batches
 * like ours, and `docker logs --follow`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { type Breakable, breakable, type Part } from '../support/breakable.ts';
import { docker } from '../support/docker.ts';
import { ADMIN, ADMIN_PASSWORD } from '../support/redis-server.ts';
import { now } from './clock.ts';
import { machine } from './machine.ts';
import { median, percentile, printTable } from './statistics.ts';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, seconds: { type: 'string', default: '8' } },
});
const lines = Number(values.lines);
const seconds = Number(values.seconds);
const IMAGE = process.env.COVE_BENCH_IMAGE ?? 'python:3.12-slim';
const GOAL = { perSecond: 100_000, p99: 250, at: 10_000 };
const BATCH = 500;
/** Memory is flat where the last of the lines need no more than those of this share, the first of which warm up. */
const EARLY = [0.2, 0.5] as const;
const FLAT = 1.15;
/** Rows of the curve. */
const PARTS = 10;
/** As an installation starts its processes. */
const HEAP = { NODE_OPTIONS: '--max-old-space-size=192 --max-semi-space-size=4', MALLOC_ARENA_MAX: '2' };

/** About as long as the lines of a training run are. */
const flood = (count: number) =>
  `seq -f 'line %.0f of a job that says what its loss and its accuracy are by now' 1 ${count}`;
const pace = (rate: number) => `python3 -c '
import sys, time
start, sent, last = time.monotonic(), 0, ${rate * seconds}
while sent < last:
  due = min(last, int((time.monotonic() - start) * ${rate}) + 1)
  while sent < due:
    sent += 1
    print("line %d at %d" % (sent, time.monotonic_ns()))
  sys.stdout.flush()
  time.sleep(0.002)'`;

/** What comes by, in order: each line's number must follow the one before. */
class Counter {
  seen = 0;
  holes = 0;
  late: number[] = [];
  #last = 0;
  #rest = '';

  take(text: string): void {
    const at = now();
    const all = this.#rest + text;
    const end = all.lastIndexOf('\n') + 1;
    this.#rest = all.slice(end);
    for (const [, number, written] of all.slice(0, end).matchAll(/\bline (\d+) (?:of|at (\d+))/g)) {
      if (Number(number) !== this.#last + 1) this.holes++;
      this.#last = Number(number);
      this.seen++;
      if (written !== undefined) this.late.push(at - Number(written) / 1e6);
    }
  }
  /** Nothing is missing. */
  wrong(wanted: number): string | null {
    return this.seen === wanted && this.holes === 0 ? null : `${this.seen} of ${wanted}, ${this.holes} holes`;
  }
}

async function counted(body: AsyncIterable<Uint8Array>, counter = new Counter()): Promise<Counter> {
  const decoder = new TextDecoder();
  for await (const bytes of body) counter.take(decoder.decode(bytes, { stream: true }));
  return counter;
}

interface Flow {
  /** Milliseconds until the last line was at the viewer, and until the run had ended with all of them stored. */
  viewer: number;
  stored: number;
  counter: Counter;
  wrong: (string | null)[];
}

async function flow(at: Breakable, command: string, wanted: number, counter = new Counter()): Promise<Flow> {
  const headers = { authorization: `Token ${at.api.token}` };
  const url = (id: string, what: string) => `http://127.0.0.1:${at.port}/api/v0/executions/${id}/${what}`;
  const from = now();
  const id = await at.lanes[0]!.submit(command);
  const live = await fetch(url(id, 'events/stream/?limit=0'), { headers });
  await counted(live.body as AsyncIterable<Uint8Array>, counter);
  const viewer = now() - from;
  const run = await at.api.end(id, 120);
  const stored = now() - from;
  const whole = await fetch(url(id, 'log/'), { headers });
  const kept = await counted(whole.body as AsyncIterable<Uint8Array>);
  const status = run.status === 'complete' ? null : run.status;
  return { viewer, stored, counter, wrong: [counter.wrong(wanted), kept.wrong(wanted), status] };
}

/** What processes hold, in MB, as the lines go by. */
function memory(parts: Part[], seen: () => number): () => Sample[] {
  const held = (part: Part) => {
    const file = `/proc/${part.pid()}/status`;
    if (!existsSync(file)) return Number.NaN;
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1]) / 1024;
  };
  const samples: Sample[] = [];
  const look = () => samples.push({ seen: seen(), held: parts.map(held) });
  look();
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    look();
    return samples;
  };
}
interface Sample {
  seen: number;
  held: number[];
}
/** The most that each held while these shares of all lines went by. */
function most(samples: Sample[], from: number, to: number): number[] {
  // Once all are seen, the whole log is read back.
  const some = samples.filter(({ seen }) => seen >= from * lines && seen < to * lines);
  return (samples[0]?.held ?? []).map((_, n) => Math.max(...some.map(({ held }) => held[n] ?? 0)));
}

/** A bare pipe into a file. */
async function piped(): Promise<number> {
  const from = now();
  const child = spawn('/bin/sh', ['-c', `${flood(lines)} | cat > "$0"`, join(tmpdir(), 'piped')]);
  await once(child, 'exit');
  return now() - from;
}
/** Batches of lines, in our form, into a stream of Redis and out of it again. */
async function streamed(at: Breakable): Promise<number> {
  const login = { ...at.at.redis.address, username: ADMIN, password: ADMIN_PASSWORD, protocol: 2 as const };
  const [writer, reader] = [new Redis(login), new Redis(login)];
  const line = (seq: number) => [
    seq,
    '2026-01-01T00:00:00.000000',
    'stdout',
    `line ${seq} of a job, and so on`,
  ];
  const from = now();
  const read = async () => {
    let cursor = '0-0';
    for (let seen = 0; seen < lines; ) {
      const found = await reader.xread('COUNT', 100, 'BLOCK', 5_000, 'STREAMS', 'bare', cursor);
      for (const [id, fields] of found?.[0]?.[1] ?? []) {
        seen += JSON.parse(fields[1] as string).length;
        cursor = id;
      }
    }
  };
  const write = async () => {
    for (let seq = 0; seq < lines; seq += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, lines - seq) }, (_, n) => line(seq + n + 1));
      await writer.xadd('bare', '*', 'l', JSON.stringify(batch));
    }
  };
  await Promise.all([read(), write()]);
  const took = now() - from;
  await writer.del('bare');
  writer.disconnect();
  reader.disconnect();
  return took;
}
async function dockerLogs(): Promise<number> {
  const from = now();
  const id = await docker('run', '--detach', IMAGE, '/bin/sh', '-c', flood(lines));
  const child = spawn('docker', ['logs', '--follow', id], { stdio: ['ignore', 'pipe', 'ignore'] });
  const counter = await counted(child.stdout);
  const took = now() - from;
  await docker('rm', '--force', id);
  if (counter.wrong(lines)) console.log(`docker logs: ${counter.wrong(lines)}`);
  return took;
}

const table: (string | number)[][] = [['way', 'lines', 'lines/s', 'worker MB more', 'API MB more', 'wrong']];
const curves: (string | number)[][] = [['MB held', '', '', '']];
const paces: (string | number)[][] = [['lines/s', 'seconds', 'p50 ms', 'p99 ms', 'wrong']];
const rate = (count: number, ms: number) => Math.round((count / ms) * 1000);
let missed = false;
Object.assign(process.env, HEAP);
const at = await breakable({ lanes: [{ slots: 4 }] });
try {
  const [worker] = at.lanes[0]!.workers;
  await worker!.start();
  await flow(at, flood(10_000), 10_000); // warms up
  const told = (flows: Flow[]) =>
    flows
      .flatMap(({ wrong }) => wrong)
      .filter((one) => one !== null)
      .join('; ');
  for (const jobs of [1, 4]) {
    const each = Math.floor(lines / jobs);
    const counters = Array.from({ length: jobs }, () => new Counter());
    const samples = memory([worker!, at.parts.api], () => counters.reduce((sum, { seen }) => sum + seen, 0));
    const all = counters.map((counter) => flow(at, flood(each), each, counter));
    const flows = await Promise.all(all).catch((error) => {
      for (const part of [worker!, at.parts.api]) console.log(`${part.name}: ${part.output().slice(-3000)}`);
      throw error;
    });
    const found = samples();
    const more = most(found, 0, 1).map((mb, n) => (mb - (found[0]?.held[n] ?? 0)).toFixed(0));
    const speed = (key: 'viewer' | 'stored') => rate(each * jobs, Math.max(...flows.map((one) => one[key])));
    const label = jobs === 1 ? 'one job' : `${jobs} jobs at once`;
    table.push([`${label}, to the viewer`, each * jobs, speed('viewer'), ...more, told(flows)]);
    table.push([`${label}, to its end, all stored`, each * jobs, speed('stored'), '', '', '']);
    missed ||= speed('stored') < GOAL.perSecond || told(flows) !== '';
    const [early, late] = [most(found, EARLY[0], EARLY[1]), most(found, EARLY[1], 1)];
    const isFlat = late.every((mb, n) => mb <= (early[n] ?? 0) * FLAT);
    curves.push([label, 'worker', 'API', isFlat ? '' : 'NOT FLAT']);
    for (let part = 0; part < PARTS; part++) {
      const held = most(found, part / PARTS, (part + 1) / PARTS);
      const until = Math.round((lines * (part + 1)) / PARTS);
      curves.push([`up to line ${until}`, ...held.map((mb) => (mb > 0 ? mb.toFixed(0) : '')), '']);
    }
    const back = found.filter(({ seen }) => seen >= each * jobs);
    const last = (found[0]?.held ?? []).map((_, n) => Math.max(...back.map(({ held }) => held[n] ?? 0)));
    curves.push(['and read back', ...last.map((mb) => mb.toFixed(0)), '']);
    missed ||= !isFlat;
  }
  table.push(['a pipe into a file', lines, rate(lines, await piped()), '', '', '']);
  table.push(['Redis alone', lines, rate(lines, await streamed(at)), '', '', '']);
  table.push(['docker logs --follow', lines, rate(lines, await dockerLogs()), '', '', '']);
  for (const wanted of [10, 1_000, GOAL.at]) {
    const one = await flow(at, pace(wanted), wanted * seconds);
    const { late } = one.counter;
    const p99 = percentile(late, 0.99);
    paces.push([wanted, seconds, median(late).toFixed(0), p99.toFixed(0), told([one])]);
    missed ||= told([one]) !== '' || p99 > GOAL.p99;
  }
} finally {
  await at.close();
}
console.log(`${machine()}, load ${loadavg()[0]!.toFixed(1)}`);
printTable(table);
printTable(curves);
printTable(paces);
if (missed)
  console.log(
    `MISSED: ${GOAL.perSecond} lines/s without a loss, flat memory, and p99 within ${GOAL.p99} ms at ${GOAL.at} lines/s`,
  );
