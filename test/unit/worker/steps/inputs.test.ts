/** Inputs over real HTTP: checks, faults, cache. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobSpec } from '../../../../app/protocol/worker.ts';
import { Http } from '../../../../app/worker/http.ts';
import { inputsConfig } from '../../../../app/worker/steps/config-files.ts';
import { cacheKey, InputCache } from '../../../../app/worker/steps/input-cache.ts';
import { fetchInputs } from '../../../../app/worker/steps/inputs.ts';

let folder: string;
let server: Server;
let http: Http;
let url: string;
let requests: { path: string; headers: Record<string, unknown> }[];
let content: Buffer;
/** What the next requests get instead: a status, or 'tear' for half of the bytes. */
let faults: (number | 'tear')[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove inputs '));
  requests = [];
  faults = [];
  content = Buffer.from('some,data\n');
  server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push({ path, headers: request.headers });
    const fault = faults.shift();
    if (typeof fault === 'number') return void response.writeHead(fault).end();
    if (path === '/moved') return void response.writeHead(302, { location: '/data.csv' }).end();
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { etag, 'content-length': content.length });
    if (fault === 'tear') return void response.write(content.subarray(0, 3), () => response.destroy());
    response.end(content);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  http = new Http('http://127.0.0.1:1');
  http.trust(['127.0.0.1']);
});
afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

type File = JobSpec['inputs'][number]['files'][number];
const NONE = { md5: null, sha1: null, sha256: null };
const file = (more: Partial<File> = {}): File => ({
  name: null,
  uri: `${url}/data.csv`,
  url: `${url}/data.csv`,
  size: null,
  checksums: NONE,
  datum_id: null,
  metadata: [],
  ...more,
});
const input = (...files: File[]): JobSpec['inputs'] => [
  { name: 'train', keep_directories: 'none', filename: null, files },
];
const lines: string[] = [];
function fetchThem(inputs: JobSpec['inputs'], cache: InputCache | null = null) {
  lines.length = 0;
  const signal = new AbortController().signal;
  return fetchInputs(inputs, {
    http,
    cache,
    folder: join(folder, 'in'),
    status: (line) => lines.push(line),
    signal,
  });
}
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('files arrive, their checksums are told, and inputs.json describes them', async () => {
  const inputs = input(file(), file({ uri: `${url}/other.csv`, url: `${url}/moved` }));
  const fetched = await fetchThem(inputs);
  expect(await readFile(join(folder, 'in/train/data.csv'), 'utf8')).toBe('some,data\n');
  expect(lines.join('\n')).toContain(`sha256 ${sha256(content)}`);
  expect(inputsConfig(inputs, fetched, '/valohai/inputs')).toMatchObject({
    train: {
      files: [
        {
          name: 'data.csv',
          path: '/valohai/inputs/train/data.csv',
          size: 10,
          uri: `${url}/data.csv`,
          checksums: { sha256: sha256(content) },
          metadata: [],
          datum_id: null,
        },
        { name: 'other.csv', size: 10 },
      ],
    },
  });
});

test('an input without files is there, and empty', async () => {
  const inputs = input();
  expect(inputsConfig(inputs, await fetchThem(inputs), '/i')).toEqual({ train: { files: [] } });
});

test('what fails in passing is tried again: a 503, a torn line', async () => {
  faults = [503, 'tear', 429];
  await fetchThem(input(file({ size: content.length })));
  expect(await readFile(join(folder, 'in/train/data.csv'), 'utf8')).toBe('some,data\n');
});

test('what is not there is named, without the secrets of its address', async () => {
  faults = [404];
  const address = `${url.replace('http://', 'http://me:password@')}/data.csv?token=hidden`;
  const failure = await fetchThem(input(file({ uri: address, url: address }))).catch((error) => error);
  expect(failure).toMatchObject({ fault: 'job' });
  expect(failure.message).toMatch(/data\.csv.* 404/);
  expect(failure.message).not.toMatch(/password|hidden/);
  expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:password').toString('base64')}`);
});

test('bytes that are not the expected ones never reach the job', async () => {
  const wrong = file({ checksums: { ...NONE, sha256: sha256(Buffer.from('else')) } });
  await expect(fetchThem(input(wrong))).rejects.toThrow(/its sha256 is/);
}, 30_000);

test('known content comes from the cache, unless the cache was damaged', async () => {
  const cache = new InputCache(join(folder, 'cache'));
  const known = input(file({ checksums: { ...NONE, sha256: sha256(content) } }));
  await fetchThem(known, cache);
  await fetchThem(known, cache);
  expect(requests).toHaveLength(1);
  expect(lines.join()).toContain('from the cache');
  await writeFile(join(folder, 'in/train/data.csv'), 'changed by the job');
  await fetchThem(known, cache);
  expect(await readFile(join(folder, 'in/train/data.csv'), 'utf8')).toBe('some,data\n');
});

test('an address is asked whether its content changed', async () => {
  const cache = new InputCache(join(folder, 'cache'));
  await fetchThem(input(file()), cache);
  await fetchThem(input(file()), cache);
  expect(lines.join()).toContain('from the cache');
  content = Buffer.from('changed');
  await fetchThem(input(file()), cache);
  expect(await readFile(join(folder, 'in/train/data.csv'), 'utf8')).toBe('changed');
});

test('the cache keeps to its bound: what was used least recently goes', async () => {
  const cache = new InputCache(join(folder, 'cache'), 25);
  const make = (name: string) => file({ uri: `${url}/${name}`, url: `${url}/${name}` });
  const usedAt = (name: string, seconds: number) =>
    utimes(join(folder, 'cache', `${cacheKey(make(name))}.json`), seconds, seconds);
  await fetchThem(input(make('a')), cache);
  await fetchThem(input(make('b')), cache);
  await usedAt('a', 1);
  await usedAt('b', 2);
  await fetchThem(input(make('c')), cache);
  await fetchThem(input(make('b')), cache);
  expect(lines.join()).toContain('from the cache');
  await fetchThem(input(make('a')), cache);
  expect(lines.join()).not.toContain('from the cache');
});
