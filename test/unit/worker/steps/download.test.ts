/** One file from an address: in ranges, whole where there are none, and no more than was said. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Http } from '../../../../app/worker/http.ts';
import { download } from '../../../../app/worker/steps/download.ts';
import { Address } from '../../../../app/worker/steps/transfer.ts';

const MIB = 1024 * 1024;
const content = randomBytes(40 * MIB + 1);
const sha256 = createHash('sha256').update(content).digest('hex');

let folder: string;
let target: string;
let server: Server;
let http: Http;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-download-'));
  target = join(folder, 'data');
  server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  http = new Http('http://127.0.0.1:1');
});
afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

function fetchIt(size: number, ofUser = false) {
  const { port } = server.address() as { port: number };
  const address = new Address(`http://127.0.0.1:${port}/data`, undefined, ofUser);
  const transfer = { http, signal: new AbortController().signal, onBytes: () => {} };
  return download(transfer, { address, size, headers: {} }, target, {});
}
const startOf = ({ headers }: IncomingMessage) => Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1]);
function range({ headers }: IncomingMessage, response: ServerResponse, etag = '"one"') {
  const [, first, last] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
  const part = content.subarray(Number(first), Number(last) + 1);
  const told = { 'content-range': `bytes ${first}-${last}/${content.length}`, 'content-length': part.length };
  response.writeHead(206, { etag, ...told });
  return part;
}

test('the other ranges are asked for before the bytes of the first are all there', async () => {
  const others = Promise.withResolvers<void>();
  answer = async (request, response) => {
    const part = range(request, response);
    if (startOf(request) > 0) others.resolve();
    response.write(part.subarray(0, 1));
    await others.promise;
    response.end(part.subarray(1));
  };
  expect(await fetchIt(content.length)).toMatchObject({ sha256, size: content.length, etag: '"one"' });
  expect((await readFile(target)).equals(content)).toBe(true);
});

test('a server that gives no ranges: the file comes whole', async () => {
  answer = (_, response) => response.writeHead(200, { 'content-length': content.length }).end(content);
  expect(await fetchIt(content.length)).toMatchObject({ sha256, size: content.length });
  expect((await readFile(target)).equals(content)).toBe(true);
});

test.each([
  [
    'another file',
    (request: IncomingMessage, response: ServerResponse) => {
      const begins = startOf(request) === 0;
      response.end(range(request, response, begins ? '"one"' : '"two"'));
    },
  ],
  [
    'no ranges any more',
    (request: IncomingMessage, response: ServerResponse) => {
      if (startOf(request) === 0) response.end(range(request, response));
      else response.writeHead(200, { 'content-length': 3 }).end('new');
    },
  ],
])('a file that was replaced between two ranges is refused: %s', async (_, said) => {
  answer = said;
  await expect(fetchIt(content.length)).rejects.toThrow(/replaced/);
});

test('of a small file no more is taken than small files have', async () => {
  answer = (_, response) => response.end(Buffer.alloc(3 * MIB));
  await expect(fetchIt(10)).rejects.toThrow(/more than 1048576 bytes/);
  expect(existsSync(target)).toBe(false);
});

test('a small file that a user named is fetched from no internal network, either', async () => {
  answer = (_, response) => response.end('some,data\n');
  await expect(fetchIt(10, true)).rejects.toThrow(/internal/);
  expect(await fetchIt(10)).toMatchObject({ size: 10 });
});
