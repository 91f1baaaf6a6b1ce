/** Uploads and downloads of the worker over a line that keeps breaking, against a real S3 server. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openS3 } from '../../app/platform/storage/s3.ts';
import type { ObjectStore } from '../../app/platform/storage/store.ts';
import { fetchInputs } from '../../app/worker/steps/inputs.ts';
import { Outputs } from '../../app/worker/steps/outputs.ts';
import { lacks } from '../support/machine.ts';
import { sickProxy } from '../support/sick-proxy.ts';
import { asInput, storeRun } from '../support/store-run.ts';
import { cuttingProxy, S3_LOGIN, startS3 } from '../support/stores.ts';

/** How long a store stands still: as promised in the long form, which is half of what a worker bears. */
const STALL_MS = process.env.COVE_TEST_ALL === 'true' ? 30_000 : 1_000;
const MIB = 1024 * 1024;
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

/** The same numbers every time, so that a failure comes again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.skipIf(lacks('stores'))('over a line that breaks', () => {
  let server: Awaited<ReturnType<typeof startS3>>;
  let folder: string;
  let direct: ObjectStore;
  const at = (endpoint: string) =>
    openS3({ bucket: 'data', region: 'us-east-1', endpoint, credentials: S3_LOGIN });
  beforeAll(async () => {
    server = await startS3('data');
    direct = at(server.endpoint);
    folder = await mkdtemp(join(tmpdir(), 'cove-transfers-'));
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([1, 2, 3])('11: large and small files arrive whole, there and back (seed %i)', async (seed) => {
    const proxy = await cuttingProxy(server.endpoint, 0.15, seeded(seed));
    const through = at(proxy.url);
    const run = storeRun(direct, through);
    const signal = new AbortController().signal;
    const context = { api: run.api, status: () => {}, signal };
    const outputs = join(folder, `outputs-${seed}`);
    const inputs = join(folder, `inputs-${seed}`);
    await mkdir(join(outputs, 'small'), { recursive: true });
    await mkdir(inputs);
    const files = new Map([['large.bin', randomBytes(50 * MIB + seed)]]);
    for (let i = 0; i < 60; i++) files.set(`small/${i}.bin`, randomBytes(i * 1000));
    for (const [name, data] of files) await writeFile(join(outputs, name), data);

    expect(await new Outputs({ ...context, folder: outputs }).uploadRest()).toEqual([]);
    expect(run.reported.map(({ name }) => name).sort()).toEqual([...files.keys()].sort());
    for (const { name, size, sha256: sum } of run.reported)
      expect([name, size, sum]).toEqual([name, files.get(name)?.length, sha256(files.get(name) as Buffer)]);

    const wanted = await Promise.all(run.reported.map((file) => asInput(file, through)));
    const input = { name: 'in', keep_directories: 'full' as const, filename: null, files: wanted };
    const fetched = await fetchInputs([input], {
      http: run.http,
      cache: null,
      folder: inputs,
      status: () => {},
      signal,
    });
    for (const { file, place } of fetched)
      expect(sha256(await readFile(join(inputs, place)))).toBe(sha256(files.get(file.name ?? '') as Buffer));
    expect(proxy.cuts()).toBeGreaterThan(5);
    await run.http.close();
    await proxy.close();
  });

  test('a stop ends an upload and a download at once', async () => {
    const stop = new AbortController();
    let began = 0;
    // Once its parts are on their way.
    const signed: ObjectStore = {
      ...direct,
      parts: {
        ...direct.parts,
        presign(...asked) {
          setTimeout(() => {
            began = performance.now();
            stop.abort(new Error('stopped'));
          }, 5);
          return direct.parts.presign(...asked);
        },
      },
    };
    const run = storeRun(direct, signed);
    const outputs = join(folder, 'stopped');
    await mkdir(outputs);
    await writeFile(join(outputs, 'large.bin'), randomBytes(64 * MIB));
    const uploading = new Outputs({ api: run.api, folder: outputs, status: () => {}, signal: stop.signal });
    await expect(uploading.uploadRest()).rejects.toThrow('stopped');
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(run.reported).toEqual([]);
    await run.http.close();
  });

  test('11: an address that was refused is asked for again', async () => {
    const expired = at(server.endpoint);
    const signed: ObjectStore = {
      ...direct,
      parts: {
        ...direct.parts,
        // The first addresses are nobody's; those asked for one by one are good.
        presign: async (key, upload, part, options) => {
          const found = await expired.parts.presign(key, upload, part, options);
          return asked++ < 3
            ? { ...found, url: found.url.replace(/Signature=..../, 'Signature=0000') }
            : found;
        },
      },
    };
    let asked = 0;
    const run = storeRun(direct, signed);
    const outputs = join(folder, 'refused');
    await mkdir(outputs);
    const data = randomBytes(40 * MIB);
    await writeFile(join(outputs, 'large.bin'), data);
    const signal = new AbortController().signal;
    expect(
      await new Outputs({ api: run.api, folder: outputs, status: () => {}, signal }).uploadRest(),
    ).toEqual([]);
    expect(run.reported[0]).toMatchObject({ size: data.length, sha256: sha256(data) });
    expect(asked).toBeGreaterThanOrEqual(6);
    await run.http.close();
  });

  const filesOf = async (name: string, sizes: number[]) => {
    const outputs = join(folder, name);
    await mkdir(outputs);
    for (const [n, size] of sizes.entries()) await writeFile(join(outputs, `${n}.bin`), randomBytes(size));
    return outputs;
  };
  const send = (run: ReturnType<typeof storeRun>, outputs: string) =>
    new Outputs({
      api: run.api,
      folder: outputs,
      status: () => {},
      signal: new AbortController().signal,
    }).uploadRest();
  const whole = async (run: ReturnType<typeof storeRun>, outputs: string) => {
    for (const { name, storage_key } of run.reported)
      expect(sha256(await buffer(await direct.get(storage_key)))).toBe(
        sha256(await readFile(join(outputs, name))),
      );
  };
  const SIZES = [20 * MIB, ...Array.from({ length: 40 }, (_, n) => 1 + n * 500)];

  test.concurrent(`11: a store that refuses one request in ten and stands still for ${STALL_MS / 1000} s at another: every file arrives whole`, async () => {
    const random = seeded(11);
    const chance = () => random();
    const proxy = await sickProxy(
      server.endpoint,
      () => {
        const dice = chance();
        return dice < 0.1 ? 'refuse' : dice < 0.15 ? 'stall' : 'well';
      },
      STALL_MS,
    );
    const run = storeRun(direct, at(proxy.url));
    const outputs = await filesOf('sick', SIZES);
    expect(await send(run, outputs)).toEqual([]);
    expect(run.reported).toHaveLength(SIZES.length);
    await whole(run, outputs);
    expect(Math.min(proxy.count.refuse, proxy.count.stall)).toBeGreaterThan(0);
    await run.http.close();
    await proxy.close();
  });

  test.concurrent('11: bytes that changed on their way up are noticed and sent again', async () => {
    let changes = 0;
    const proxy = await sickProxy(server.endpoint, () => (changes++ % 4 === 0 ? 'change up' : 'well'));
    const run = storeRun(direct, at(proxy.url));
    const outputs = await filesOf('changed', SIZES.slice(0, 12));
    expect(await send(run, outputs)).toEqual([]);
    await whole(run, outputs);
    expect(proxy.count['change up']).toBeGreaterThan(2);
    await run.http.close();
    await proxy.close();
  });

  test.concurrent('11: a store that refuses for good: the outputs are named as missing, never as stored', async () => {
    const run = storeRun(direct, {
      ...direct,
      presignPut: async (key, options) => {
        const found = await direct.presignPut(key, options);
        return { ...found, url: found.url.replace(/Signature=..../, 'Signature=0000') };
      },
    });
    const outputs = await filesOf('never', [10, 20]);
    expect((await send(run, outputs)).sort()).toEqual([
      expect.stringMatching(/0\.bin: .*403/),
      expect.stringMatching(/1\.bin: .*403/),
    ]);
    expect(run.reported).toEqual([]);
    await run.http.close();
  }, 60_000);

  test.concurrent('11: bytes that changed on their way down: the input is refused, and why', async () => {
    const proxy = await sickProxy(server.endpoint, () => 'change down');
    const run = storeRun(direct);
    await send(run, await filesOf('down', [100_000]));
    const file = await asInput(run.reported[0]!, at(proxy.url));
    const inputs = join(folder, 'inputs-down');
    await mkdir(inputs);
    const fetching = fetchInputs([{ name: 'in', keep_directories: 'full', filename: null, files: [file] }], {
      http: run.http,
      cache: null,
      folder: inputs,
      status: () => {},
      signal: new AbortController().signal,
    });
    await expect(fetching).rejects.toThrow(/checksum|damaged|sha/i);
    await run.http.close();
    await proxy.close();
  }, 60_000);

  test('11: a part that broke off does not take the place of the whole one, though the store sees its end later', async () => {
    const line = await lateLine(server.endpoint, { endsBeforeAnswer: true });
    const run = storeRun(direct, at(line.url));
    line.breakNext();
    const outputs = await filesOf('late', [20 * MIB]);
    expect(await send(run, outputs)).toEqual([]);
    expect(line.ended()).toBe(true);
    await whole(run, outputs);
    await run.http.close();
    await line.close();
  });

  test('11: nor does it where that is so late that the parts were looked through already', async () => {
    const line = await lateLine(server.endpoint, { endsBeforeAnswer: false });
    let asked = 0;
    const complete: ObjectStore['parts']['complete'] = async (...given) => {
      asked++;
      await line.end();
      await direct.parts.complete(...given);
    };
    const run = storeRun({ ...direct, parts: { ...direct.parts, complete } }, at(line.url));
    line.breakNext();
    const outputs = await filesOf('later', [20 * MIB]);
    expect(await send(run, outputs)).toEqual([]);
    expect(asked).toBe(2);
    await whole(run, outputs);
    await run.http.close();
    await line.close();
  });

  test('11: a small file that broke off is never seen, though the store sees its end later', async () => {
    const line = await lateLine(server.endpoint, { endsBeforeAnswer: false });
    const run = storeRun(direct, at(line.url));
    line.breakNext();
    const outputs = await filesOf('late-small', [1000]);
    expect(await send(run, outputs)).toEqual([]);
    await line.end();
    expect(await direct.head(line.brokenKey())).toBeNull();
    await whole(run, outputs);
    await run.http.close();
    await line.close();
  });

  test('11: a store whose ETags are no MD5s is told the MD5s beforehand', async () => {
    const line = await otherTags(server.endpoint);
    const { list, complete } = direct.parts;
    const parts: ObjectStore['parts'] = {
      ...direct.parts,
      list: async (...asked) =>
        (await list(...asked)).map((part) => ({ ...part, etag: otherTag(part.etag ?? '') })),
      complete: (key, upload, count, etags) => complete(key, upload, count, etags?.map(otherTag)),
    };
    const run = storeRun({ ...direct, parts }, at(line.url));
    const outputs = await filesOf('other-tags', [70 * MIB]);
    expect(await send(run, outputs)).toEqual([]);
    await whole(run, outputs);
    expect(line.told()).toEqual(expect.objectContaining({ 5: true, 1: true }));
    await run.http.close();
    await line.close();
  });
});

/** Breaks off a PUT in its middle; the server sees the end of that only at `end`, or when the next one of the same part is done. */
async function lateLine(endpoint: string, { endsBeforeAnswer }: { endsBeforeAnswer: boolean }) {
  const { hostname, port } = new URL(endpoint);
  let armed = false;
  let ended = false;
  let broken: { path: string; part: string; close(): void } | undefined;
  const end = async () => {
    if (ended) return;
    ended = true;
    broken?.close();
    await sleep(300); // the server is told, and does what it does then
  };
  const server = createServer((incoming, answer) => {
    const { url: path = '', method, headers } = incoming;
    const part = `${path.split('?')[0]} ${new URLSearchParams(path.split('?')[1]).get('partNumber')}`;
    const outgoing = request({ hostname, port, path, method, headers }, async (response) => {
      if (endsBeforeAnswer && broken?.part === part) await end();
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    if (!armed) return void incoming.pipe(outgoing);
    armed = false;
    broken = { path, part, close: () => outgoing.destroy() };
    incoming.once('data', (chunk: Buffer) => {
      outgoing.write(chunk.subarray(0, chunk.length / 2));
      incoming.socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakNext: () => {
      armed = true;
    },
    ended: () => ended,
    end,
    /** Of the object whose PUT was broken off. */
    brokenKey: () => decodeURIComponent(broken?.path.split('?')[0] ?? '').replace(/^\/data\//, ''),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const otherTag = (etag: string) => [...etag.replaceAll('"', '')].reverse().join('');

/** A store that encrypts with a key of its owner's: its ETags are as good, but are no MD5s. */
async function otherTags(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  const told: Record<number, boolean> = {};
  const server = createServer((incoming, answer) => {
    const { url: path = '', method, headers } = incoming;
    const part = Number(new URLSearchParams(path.split('?')[1]).get('partNumber'));
    if (method === 'PUT') told[part] = headers['content-md5'] !== undefined;
    const outgoing = request({ hostname, port, path, method, headers }, (response) => {
      const { etag = '', ...others } = response.headers;
      answer.writeHead(response.statusCode ?? 500, { ...others, etag: otherTag(etag) });
      response.pipe(answer);
    });
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told: () => told,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
