/**
 * `npm run bench -- artefacts [--scale 1] [--rounds 3] [--only big,many,tiny] [--lines clean,faulty]`: files up and
 * down, against an S3 server on this machine, clean and with 1 % of the requests failing and 50 ms more on each. The
 * worker's own code, a raw PUT and GET that compute the same checksums, and rclone as it comes take turns in one run.
 * All files lie where `TMPDIR` says: with `/dev/shm` no disk has a part in it.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { openS3 } from '../../app/platform/storage/s3.ts';
import type { ObjectStore } from '../../app/platform/storage/store.ts';
import { retry } from '../../app/worker/retry.ts';
import { ChecksumStream } from '../../app/worker/steps/checksums.ts';
import { inParallel } from '../../app/worker/steps/in-parallel.ts';
import { fetchInputs } from '../../app/worker/steps/inputs.ts';
import { Outputs } from '../../app/worker/steps/outputs.ts';
import { command, has } from '../setup/machine.ts';
import { asInput, storeRun } from '../support/store-run.ts';
import { S3_LOGIN, startS3 } from '../support/stores.ts';
import { machine } from './machine.ts';
import { median, printTable } from './statistics.ts';
import { processor } from './usage.ts';

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: 'big,many,tiny' },
    lines: { type: 'string', default: 'clean,faulty' },
  },
});
const SCALE = Number(values.scale);
const ROUNDS = Number(values.rounds);
const KIB = 1024;
const SETS = {
  big: { files: 1, bytes: Math.round(4 * SCALE * KIB) * KIB * KIB },
  many: { files: Math.round(1_000 * SCALE), bytes: KIB * KIB },
  tiny: { files: Math.round(20_000 * SCALE), bytes: 16 * KIB },
};
type Name = keyof typeof SETS;
const only = values.only.split(',') as Name[];
const lines = values.lines.split(',');
const signal = new AbortController().signal;

interface Spent {
  seconds: number;
  /** Milliseconds of processor time: of this process and the programs that it ran, and of the server. */
  client: number;
  server: number;
}
interface Took {
  up: Spent;
  down: Spent;
}
interface Place {
  endpoint: string;
  store: ObjectStore;
  /** Signs addresses that lead through the line in question. */
  signed: ObjectStore;
  folder: string;
  back: string;
}
async function spent(work: () => Promise<unknown>): Promise<Spent> {
  const mine = processor(process.pid);
  const others = processor(server.pid);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { own, ended } = processor(process.pid);
  return {
    seconds,
    client: (own - mine.own + ended - mine.ended) * 1000,
    server: (processor(server.pid).own - others.own) * 1000,
  };
}

async function worker({ store, signed, folder, back }: Place): Promise<Took> {
  const run = storeRun(store, signed);
  const status = () => {};
  const up = await spent(async () => {
    const missing = await new Outputs({ api: run.api, folder, status, signal }).uploadRest();
    if (missing.length > 0) throw new Error(`not stored: ${missing.join('; ')}`);
  });
  const down = await spent(async () => {
    const files = await Promise.all(run.reported.map((file) => asInput(file, signed)));
    const input = { name: 'in', keep_directories: 'full' as const, filename: null, files };
    await fetchInputs([input], { http: run.http, cache: null, folder: back, status, signal });
  });
  await run.http.close();
  return { up, down };
}

/** One request a file, four at a time, with the checksums that a datum records. */
async function raw({ store, signed, folder, back }: Place, name: Name): Promise<Took> {
  const { http } = storeRun(store);
  const names = await readdir(folder);
  const { bytes } = SETS[name];
  const again = { again: () => true, tries: 10, signal };
  const put = async (file: string) => {
    const { url, headers } = await signed.presignPut(`raw/${file}`, { expires: 3600, size: bytes });
    const sums = new ChecksumStream();
    const read = pipeline(createReadStream(join(folder, file), { highWaterMark: 256 * KIB }), sums);
    read.catch(() => {});
    await http.put(url, headers, sums, bytes, signal);
    sums.result();
  };
  const get = async (file: string) => {
    const { body } = await http.get(await signed.presignGet(`raw/${file}`, { expires: 3600 }), {}, signal);
    const sums = new ChecksumStream();
    const target = join(back, file);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(body, sums, createWriteStream(target));
    if (sums.size !== bytes) throw new Error(`${sums.size} bytes of ${file} came back`);
    sums.result();
  };
  const all = (work: (file: string) => Promise<void>) =>
    spent(() => inParallel(names, 4, (file) => retry(() => work(file), again)));
  const took = { up: await all(put), down: await all(get) };
  await http.close();
  return took;
}

async function rclone({ endpoint, folder, back }: Place): Promise<Took> {
  const env = {
    // Nothing of this machine's own settings for the clouds.
    PATH: process.env.PATH,
    HOME: folder,
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_S_TYPE: 's3',
    RCLONE_CONFIG_S_PROVIDER: 'Other',
    RCLONE_CONFIG_S_ENDPOINT: endpoint,
    RCLONE_CONFIG_S_REGION: 'us-east-1',
    RCLONE_CONFIG_S_ACCESS_KEY_ID: S3_LOGIN.accessKeyId,
    RCLONE_CONFIG_S_SECRET_ACCESS_KEY: S3_LOGIN.secretAccessKey,
  };
  const to = `s:data/rclone-${randomBytes(4).toString('hex')}`;
  return {
    up: await spent(() => command('rclone', ['copy', '--quiet', folder, to], env)),
    down: await spent(() => command('rclone', ['copy', '--quiet', to, back], env)),
  };
}

/** In a process of its own: in ours it would take its time from the side that is measured. */
async function faultyLine(endpoint: string): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [new URL('faulty-line.ts', import.meta.url).pathname, endpoint], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve)))
    .toString()
    .split('\n');
  return { url: line as string, stop: () => child.kill() };
}

const sides: Record<string, (place: Place, name: Name) => Promise<Took>> = { worker, raw };
if (has('rclone')) sides.rclone = rclone;
else console.log('rclone is not installed (Debian: apt-get install rclone): measured without it');

const server = await startS3('data');
const line = await faultyLine(server.endpoint);
const folder = await mkdtemp(join(tmpdir(), 'cove-artefacts-'));
const at = (endpoint: string) =>
  openS3({ bucket: 'data', region: 'us-east-1', endpoint, credentials: S3_LOGIN });
const rows: (string | number)[][] = [
  ['set', 'line', 'side', 'way', 'MB/s', 'files/s', 'processor ms a file', "the server's"],
];
const goals: string[] = [];
try {
  for (const name of only) {
    const { files, bytes } = SETS[name];
    const source = join(folder, name);
    await mkdir(source);
    for (let i = 0; i < files; i++) await writeFile(join(source, `${i}.bin`), content(bytes));
    for (const [kind, endpoint] of Object.entries({ clean: server.endpoint, faulty: line.url })) {
      if (!lines.includes(kind)) continue;
      const took = Object.fromEntries(Object.keys(sides).map((side) => [side, [] as Took[]]));
      for (let round = 0; round < ROUNDS; round++) {
        for (const [side, measure] of Object.entries(sides)) {
          const back = join(folder, 'back');
          await mkdir(back);
          const store = at(server.endpoint);
          took[side]?.push(
            await measure({ endpoint, store, signed: at(endpoint), folder: source, back }, name),
          );
          await rm(back, { recursive: true });
          await command('sh', ['-c', 'rm -rf "$1"/data/*', 'sh', server.folder]);
        }
      }
      const middle = (side: string, way: keyof Took, what: keyof Spent) =>
        median((took[side] ?? []).map((t) => t[way][what]));
      for (const side of Object.keys(sides)) {
        for (const way of ['up', 'down'] as const) {
          const time = middle(side, way, 'seconds');
          const of = [(files * bytes) / 1e6 / time, files / time];
          const each = [middle(side, way, 'client') / files, middle(side, way, 'server') / files];
          rows.push([name, kind, side, way, ...[...of, ...each].map((n) => Number(n.toPrecision(3)))]);
        }
      }
      const [against, wanted] = name === 'big' ? (['raw', 0.9] as const) : (['rclone', 2] as const);
      if (name === 'many' || took[against] === undefined) continue;
      for (const way of ['up', 'down'] as const) {
        const ratio = middle(against, way, 'seconds') / middle('worker', way, 'seconds');
        const verdict = ratio >= wanted ? '' : ' MISSED';
        goals.push(`${name}, ${kind}, ${way}: ${ratio.toFixed(2)} x ${against} (goal ${wanted})${verdict}`);
      }
    }
    await rm(source, { recursive: true });
  }
} finally {
  line.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
console.log(`${machine()}\nmedian of ${ROUNDS} rounds in turns, scale ${SCALE}`);
printTable(rows);
for (const goal of goals) console.log(goal);

/** Random enough, and quick to make. */
function* blocks(bytes: number): Generator<Buffer> {
  const block = randomBytes(Math.min(bytes, KIB * KIB));
  for (let left = bytes, i = 0; left > 0; left -= block.length, i++) {
    createHash('sha256').update(String(i)).digest().copy(block);
    yield block.subarray(0, Math.min(left, block.length));
  }
}
function content(bytes: number): Buffer | AsyncIterable<Buffer> {
  return bytes <= KIB * KIB ? randomBytes(bytes) : copies(bytes);
}
async function* copies(bytes: number): AsyncGenerator<Buffer> {
  for (const block of blocks(bytes)) yield Buffer.from(block);
}
