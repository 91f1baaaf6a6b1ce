/** A job whose worker makes it ready: who asks why it waits is told how far that is, how long it takes, and what helps. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { Http } from '../../../app/worker/http.ts';
import { fetchSnapshot } from '../../../app/worker/steps/snapshot.ts';
import { Api, oneStep, packageOf } from '../../support/api.ts';
import { dockerSocket } from '../../support/docker.ts';
import { faultyRegistry } from '../../support/faulty-registry.ts';
import { lacks } from '../../support/machine.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { letWorkersIn, makeWorld, type World } from '../../support/runs.ts';
import { Throttle } from '../../support/throttle.ts';
import { type OwnWorker, ownWorker } from '../../support/worker.ts';

const MB = 1_000_000;
const content = randomBytes(3 * MB);
const throttle = new Throttle(0);
let at: TestPlatform;
let world: World;
let app: App;
let api: Api;
let url: string;
let files: Server;
let address: string;
beforeAll(async () => {
  at = await testPlatform();
  at.platform.trustedInputHosts.push('127.0.0.1');
  const person = await at.person('wanda');
  world = await makeWorld(at, person);
  app = await buildApp(at.platform);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  api = new Api(url, person.token);
  files = createServer((request, response) => {
    const body = request.url === '/small.bin' ? content.subarray(0, 1000) : content;
    response.writeHead(200, { 'content-length': body.length });
    if (request.url === '/small.bin') response.end(body);
    else void throttle.send(body, response);
  }).listen(0, '127.0.0.1');
  await once(files, 'listening');
  address = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
});
afterAll(async () => {
  files?.closeAllConnections();
  files?.close();
  await app?.close();
  await at?.close();
});

async function workerOf(executor: 'docker' | 'process', slots = 1): Promise<OwnWorker> {
  await letWorkersIn(at, executor);
  const of = { executors: [executor], slots, dockerSocket };
  return ownWorker({ url, token: world.workerToken }, of);
}
async function run(command: string, { image = 'none', inputs = '' } = {}): Promise<string> {
  const commit = await api.importPackage(world.projectId, {
    'valohai.yaml': oneStep(command, image, inputs),
  });
  return (await api.create(world.projectId, commit, 'go', { environment: world.environmentId })).id;
}
const inputs = (...urls: string[]) =>
  `    inputs:\n      - name: in\n        default: ${JSON.stringify(urls)}\n`;
const why = (id: string) => api.ok('GET', `/executions/${id}/waiting/`);
/** In the words of the execution, too, which `vh` and the web application show. */
async function expectTold(id: string, expected: object): Promise<void> {
  await expect.poll(() => why(id), { timeout: 20_000, interval: 200 }).toMatchObject(expected);
  const { status_detail } = await api.ok('GET', `/executions/${id}/`);
  const { message, cure } = await why(id);
  // What is told goes on.
  expect(status_detail.replace(/[\d.]+/g, '#')).toBe(`${message} ${cure}`.replace(/[\d.]+/g, '#'));
}
const more = (than: number) =>
  expect.toSatisfy((number: unknown) => typeof number === 'number' && number > than);

test('inputs: files and bytes of how many, how fast, for how long; and that nothing arrives', async () => {
  const worker = await workerOf('process');
  try {
    await worker.start();
    const id = await run('true', { inputs: inputs(`${address}/small.bin`, `${address}/large.bin`) });
    const all = { files_done: 1, files_total: 2, bytes_total: 3 * MB + 1000 };
    await expectTold(id, {
      waiting: true,
      reason: 'inputs',
      message: expect.stringMatching(/^Downloading inputs: 1 of 2 files, [\d.]+ \w+ of 3.00 MB/),
      cure: expect.stringContaining('on demand'),
      numbers: { ...all, bytes_per_second: 0, waited_seconds: expect.any(Number) },
      estimate: null,
      estimate_unknown: expect.stringMatching(/^Nothing arrives/),
    });
    throttle.rate(200_000);
    await expectTold(id, {
      reason: 'inputs',
      message: expect.stringMatching(/ of 3.00 MB, [\d.]+ kB a second, about \d+ s left$/),
      numbers: { ...all, bytes_done: more(1000), bytes_per_second: more(1000), seconds_left: more(0) },
      estimate: more(0),
      estimate_unknown: '',
    });
    throttle.hurry();
    expect(await api.end(id)).toMatchObject({ status: 'complete' });
    expect(await why(id)).toMatchObject({ waiting: false, estimate: null, estimate_unknown: '' });
    expect((await api.log(id)).map(({ message }) => message).join('\n')).toMatch(
      /^Downloading inputs: 1 of 2 files/m,
    );
  } finally {
    await worker.close();
  }
}, 60_000);

test("a commit's files: bytes of how many, in passing and in the log", async () => {
  const slow = new Throttle(200_000);
  const archive = await packageOf({ 'large.bin': content });
  const server = createServer((_, response) => void slow.send(archive, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const http = new Http(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const folder = await mkdtemp(join(tmpdir(), 'cove-commit-'));
  const told: Record<string, number>[] = [];
  const log: string[] = [];
  try {
    const fetched = fetchSnapshot(
      { url: '/commit.tar.gz', sha256: '', size: archive.length },
      {
        ...{ http, folder, signal: new AbortController().signal },
        status: (message) => log.push(message),
        progress: (_, numbers) => told.push(numbers),
      },
    );
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(2);
    slow.hurry();
    expect(await fetched).toMatchObject({ files: 1, bytes: content.length });
    const total = { bytes_total: archive.length };
    expect(told).toMatchObject([
      { bytes_done: 0, ...total },
      { ...total, bytes_done: more(1000), bytes_per_second: more(1000), seconds_left: more(0) },
    ]);
    expect(log).toEqual([expect.stringMatching(/^Downloading the commit's files: .* of 3.00 MB, .* left$/)]);
  } finally {
    await http.close();
    server.close();
    await rm(folder, { recursive: true });
  }
}, 30_000);

test.skipIf(process.getuid?.() !== 0 ? 'needs root' : undefined)(
  'a full disk: how much is needed, free and missing, and what runs beside it; then there is room, and it goes on',
  async () => {
    const worker = await workerOf('process', 2);
    const { folder } = worker.settings;
    execFileSync('mkdir', ['-p', folder]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]);
    try {
      await worker.start();
      const made = await api.end(await run(`head -c ${20 * MB} /dev/zero > $VH_OUTPUTS_DIR/big.bin`));
      const [datum] = made.outputs;
      const other = await run('sleep 60');
      await api.until(other, ({ status }) => status === 'started');
      const filler = join(folder, 'filler');
      await writeFile(filler, Buffer.alloc(50 * MB, 1));
      const id = await run('true', { inputs: inputs(`datum://${datum!.id}`) });
      await expectTold(id, {
        reason: 'disk',
        message: expect.stringMatching(
          /^Waiting for room on the machine's disk: 20.0 MB needed, [\d.]+ MB free; [\d.]+ MB must be freed. 1 other job runs on its machine.$/,
        ),
        cure: expect.stringContaining('larger disk'),
        numbers: { bytes_needed: 20 * MB, bytes_free: more(MB), bytes_missing: more(MB), running: 1 },
        estimate: null,
        estimate_unknown: expect.stringMatching(/^Fewer than 5 executions have ended/),
      });
      await rm(filler);
      expect(await api.end(id)).toMatchObject({ status: 'complete' });
      await api.ok('POST', `/executions/${other}/stop/`);
      await api.end(other);
    } finally {
      await worker.close().catch(() => {});
      execFileSync('umount', ['--lazy', folder]);
      await worker.close();
    }
  },
  60_000,
);

test.skipIf(lacks('docker'))(
  'an image: layers and bytes of how many, how fast, for how long',
  async () => {
    const registry = await faultyRegistry();
    const worker = await workerOf('docker');
    const image = `${registry.host}/throttled:1`;
    try {
      await worker.start();
      const id = await run('true', { image });
      await expectTold(id, {
        waiting: true,
        reason: 'image',
        message: expect.stringMatching(
          /^Pulling image .*throttled:1: 0 of 1 layers, [\d.]+ [kM]B of 4.00 MB, [\d.]+ kB a second, about \d+ s left$/,
        ),
        cure: expect.stringContaining('registry nearer'),
        numbers: {
          layers_done: 0,
          layers_total: 1,
          bytes_done: more(1000),
          bytes_total: more(4 * MB - 1),
          bytes_per_second: more(1000),
        },
        estimate: more(0),
      });
      registry.hurry();
      // It holds nothing that could be run.
      expect(await api.end(id)).toMatchObject({ status: 'error' });
      expect(await why(id)).toMatchObject({ waiting: false });
    } finally {
      await worker.close();
      await registry.close();
      execFileSync('docker', ['image', 'rm', '--force', image], { stdio: 'ignore' });
    }
  },
  60_000,
);
