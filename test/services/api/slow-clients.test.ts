/** Clients that trickle or flood, on real sockets: they are sent away, nobody else waits for them, uploads go on. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2, constants, createSecureServer } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headOptions, sendAwaySlowClients, tlsOptions } from '../../../app/api/slow-clients.ts';
import type { App } from '../../../app/api/types.ts';
import { testCertificates } from '../../support/certificates.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';

const MIB = 1024 * 1024;
const patience = { head: 400, body: 600, idle: 1500 };
let platform: TestPlatform;
let ada: Person;
let plain: TestApp;
let tls: TestApp;
let certificates: { certificate: string; key: string };
let http: string;
let https: string;
let port: number;
const trusting = new Agent({ connect: { rejectUnauthorized: false } });
beforeAll(async () => {
  platform = await testPlatform();
  ada = await platform.person('ada');
  certificates = await testCertificates(['127.0.0.1']);
  const { certificate, key } = certificates;
  plain = await testApp(platform.platform, { patience });
  tls = await testApp(platform.platform, { patience, tls: { certificate, key } });
  http = await plain.app.listen({ host: '127.0.0.1', port: 0 });
  https = await tls.app.listen({ host: '127.0.0.1', port: 0 });
  port = (plain.app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await trusting.destroy();
  await plain?.close();
  await tls?.close();
  await platform?.close();
});

/** Says `head` at once, then one byte at a time, until its connection is closed; gives what it was told. */
async function trickle(head: string, socket = connect(port, '127.0.0.1')): Promise<string> {
  let told = '';
  socket.setEncoding('utf8').on('data', (more) => {
    told += more;
  });
  socket.on('error', () => {}); // cut while it was still talking
  socket.write(head);
  const drip = setInterval(() => socket.write('a'), 50);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(drip);
  return told;
}
const head = (path: string, lines: string, token = ada.token) =>
  `POST ${path} HTTP/1.1\r\nHost: cove\r\nAuthorization: Token ${token}\r\n${lines}\r\n`;
const JSON_BODY = 'Content-Type: application/json\r\nContent-Length: 1000000\r\n';
const FORM = 'Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n';
const SLOW_HEAD = 'GET /api/v0/ HTTP/1.1\r\nHost: cove\r\nX-Slow: ';
const mine = () => ({ authorization: `Token ${ada.token}` });
const me = async (dispatcher = trusting, at = http) =>
  (await (await request(`${at}/api/v0/users/me/`, { dispatcher, headers: mine() })).body.json()) as {
    username: string;
  };
const secure = () => {
  const session = connectHttp2(https, { rejectUnauthorized: false });
  session.on('error', () => {});
  return session;
};
const closing = (session: ClientHttp2Session) =>
  new Promise<void>((resolve) => session.once('close', resolve));

describe('30: clients that trickle', () => {
  test('a head that never ends is answered 408 and cut', async () => {
    expect(await trickle(SLOW_HEAD)).toMatch(/^HTTP\/1.1 408 /);
    const { port: secured } = tls.app.server.address() as AddressInfo;
    const socket = connectTls({ host: '127.0.0.1', port: secured, rejectUnauthorized: false });
    expect(await trickle(SLOW_HEAD, socket)).toMatch(/^HTTP\/1.1 408 /);
  });

  test('a body is answered 408 in words, and cut', async () => {
    const told = await trickle(head('/api/v0/projects/', JSON_BODY));
    expect(told).toMatch(/^HTTP\/1.1 408 /);
    expect(told).toMatch(/connection: close/i);
    expect(told).toContain('"code":"timeout"');
  });

  test('so is an upload, of which nobody says how long it may be', async () => {
    const { url } = await platform.platform.storage.presignPut('slow', { expires: 600, size: 10 ** 9 });
    const { pathname, search } = new URL(url, http);
    const put = `PUT ${pathname}${search} HTTP/1.1\r\nHost: cove\r\nContent-Length: ${10 ** 9}\r\n\r\n`;
    expect(await trickle(put)).toMatch(/^HTTP\/1.1 408 /);
    expect(await platform.platform.storage.head('slow')).toBeNull();
    const project = await plain.call('POST', '/api/v0/projects/', { as: ada, json: { name: 'slow' } });
    const path = `/api/v0/projects/${project.body.id}/import-package/`;
    expect(await trickle(head(path, FORM))).toMatch(/^HTTP\/1.1 4\d\d /);
  });

  test('an answer that was given early leaves no connection to a body that never ends', async () => {
    expect(await trickle(head('/api/v0/projects/', JSON_BODY, 'wrong'))).toMatch(/^HTTP\/1.1 401 /);
    expect(await trickle(head('/nowhere', JSON_BODY))).toMatch(/^HTTP\/1.1 40\d /);
  });

  test('HTTP/2: the stream is ended, the others go on, then the connection closes', async () => {
    const session = secure();
    const closed = closing(session);
    const headers = { ...mine(), 'content-type': 'application/json' };
    const slow = session.request({ ':method': 'POST', ':path': '/api/v0/projects/', ...headers });
    slow.on('error', () => {});
    slow.resume();
    const status = new Promise((resolve) => slow.once('response', (got) => resolve(got[':status'])));
    const drip = setInterval(() => slow.write('a'), 50);
    const ended = new Promise((resolve) => slow.once('close', resolve));
    const other = session.request({ ':path': '/api/v0/users/me/', ...mine() });
    expect(JSON.parse(await text(other)).username).toBe('ada');
    expect(await status).toBe(408);
    await ended;
    clearInterval(drip);
    await closed;
  });

  test('HTTP/2: a connection on which no request comes is closed, however much is said on it', async () => {
    const silent = secure();
    const pings = setInterval(() => silent.destroyed || silent.ping(() => {}), 50);
    await closing(silent);
    clearInterval(pings);
    const after = secure();
    await text(after.request({ ':path': '/healthz' }));
    await closing(after);
  });

  test('six hundred of them hold up nobody', async () => {
    const slow = Array.from({ length: 600 }, (_, i) =>
      trickle(i % 2 ? SLOW_HEAD : head('/api/v0/projects/', JSON_BODY)),
    );
    const waits: number[] = [];
    for (let i = 0; i < 20; i++) {
      const start = performance.now();
      expect((await me()).username).toBe('ada');
      waits.push(performance.now() - start);
    }
    expect(Math.max(...waits)).toBeLessThan(5_000);
    const told = await Promise.all(slow);
    expect(told.filter((answer) => !answer.startsWith('HTTP/1.1 408 '))).toEqual([]);
  });

  test('a body with pauses that is fast enough is taken', async () => {
    const socket = connect(port, '127.0.0.1');
    const body = JSON.stringify({ name: 'patient', description: 'x'.repeat(5000) });
    const answer = text(socket);
    const lines = `Connection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    socket.write(head('/api/v0/projects/', lines));
    for (let at = 0; at < body.length; at += 300) {
      socket.write(body.slice(at, at + 300));
      await sleep(100);
    }
    expect(await answer).toMatch(/^HTTP\/1.1 201 /);
  });
});

describe('30: uploads that go on', () => {
  const block = Buffer.alloc(MIB, 'upload');
  const size = 256 * MIB;
  const sha256 = createHash('sha256');
  for (let i = 0; i < size / MIB; i++) sha256.update(block);
  const expected = sha256.digest('hex');
  function* blocks(bytes: number) {
    for (let left = bytes; left > 0; left -= MIB) yield block;
  }

  test.each([
    ['HTTP/1.1', () => http, {}],
    ['HTTP/1.1 over TLS', () => https, { allowH2: false }],
    ['HTTP/2', () => https, {}],
  ])('256 MiB to the store over %s, whole and in parts', async (name, at, how) => {
    const dispatcher = new Agent({ ...how, connect: { rejectUnauthorized: false } });
    const { storage } = platform.platform;
    const put = async (url: string, bytes: number) => {
      const answer = await request(new URL(url, at()), {
        dispatcher,
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes) },
        body: Readable.from(blocks(bytes)),
      });
      expect(answer.statusCode).toBe(201);
      return (await answer.body.json()) as { sha256?: string };
    };
    const key = `big/${name}`;
    const { url } = await storage.presignPut(key, { expires: 600, size });
    expect(await put(url, size)).toEqual({ size, sha256: expected });
    expect((await storage.head(key))?.size).toBe(size);

    const bytes = 64 * MIB;
    const { upload } = await storage.parts.begin(`${key} in parts`, bytes);
    const part = async (number: number) =>
      put(
        (await storage.parts.presign(`${key} in parts`, upload, { number, size: bytes }, { expires: 600 }))
          .url,
        bytes,
      );
    await Promise.all([part(1), part(2)]);
    await storage.parts.complete(`${key} in parts`, upload, 2);
    expect((await storage.head(`${key} in parts`))?.size).toBe(2 * bytes);
    await dispatcher.destroy();
  });

  const brief = { ...patience, body: 150 };
  /** Reads a little, rests for three windows, reads the rest. */
  async function restful(incoming: IncomingMessage, outgoing: ServerResponse) {
    let bytes = 0;
    await sleep(3 * brief.body);
    for await (const chunk of incoming) {
      if (bytes === 0) await sleep(3 * brief.body);
      bytes += (chunk as Buffer).length;
    }
    outgoing.end(String(bytes));
  }
  test.each(['http', 'https'])('a reader that rests is not the client’s fault (%s)', async (scheme) => {
    const { certificate, key } = certificates;
    const server =
      scheme === 'http'
        ? createServer(headOptions(brief), restful)
        : createSecureServer({ cert: certificate, key, ...tlsOptions(brief) }, restful as never);
    sendAwaySlowClients(server as unknown as App['server'], brief);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const body = Readable.from(blocks(8 * MIB));
    const answer = await request(url, { dispatcher, method: 'PUT', body });
    expect([answer.statusCode, await answer.body.text()]).toEqual([200, String(8 * MIB)]);
    await dispatcher.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('30: clients that flood', () => {
  test('ten thousand headers are answered 431, and others are served', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `X-${i}: ${i}\r\n`).join('');
    expect(await trickle(`GET /api/v0/users/me/ HTTP/1.1\r\nHost: cove\r\n${many}\r\n`)).toMatch(
      /^HTTP\/1.1 431 /,
    );
    const session = secure();
    const headers = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x-${i}`, String(i)]));
    const refused = new Promise((resolve) => {
      const stream = session.request({ ':path': '/api/v0/users/me/', ...headers });
      stream.on('error', resolve).on('response', resolve);
    });
    expect(await refused).toBeInstanceOf(Error);
    session.destroy();
    expect((await me(trusting, https)).username).toBe('ada');
  });

  test.each([
    ['HTTP/1.1, announced', () => http, true],
    ['HTTP/1.1, in chunks', () => http, false],
    ['HTTP/2, announced', () => https, true],
    ['HTTP/2, in pieces', () => https, false],
  ])('a JSON of 100 MB is answered 413 (%s), and not kept in memory', async (_, at, isAnnounced) => {
    const bytes = 100 * MIB;
    const before = process.memoryUsage.rss();
    function* json() {
      for (let left = bytes; left > 0; left -= MIB) yield Buffer.alloc(MIB, '[');
    }
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const answer = await request(`${at()}/api/v0/projects/`, {
      dispatcher,
      method: 'POST',
      headers: {
        ...mine(),
        'content-type': 'application/json',
        ...(isAnnounced ? { 'content-length': String(bytes) } : {}),
      },
      body: Readable.from(json()),
    });
    expect([answer.statusCode, await answer.body.json()]).toEqual([
      413,
      expect.objectContaining({ code: 'too_large' }),
    ]);
    await dispatcher.destroy();
    expect(process.memoryUsage.rss() - before).toBeLessThan(bytes);
  });

  test('HTTP/2 rapid reset: the attacker loses its connection, others are answered', async () => {
    const session = secure();
    const closed = closing(session);
    let over = false;
    closed.then(() => {
      over = true;
    });
    const attack = (async () => {
      await new Promise((resolve) => session.once('connect', resolve));
      for (let i = 0; i < 100 && !over; i++) {
        const streams = Array.from({ length: session.destroyed ? 0 : 100 }, () =>
          session.request({ ':path': '/api/v0/users/me/', ...mine() }).on('error', () => {}),
        );
        await sleep(1); // sent, before it is taken back
        for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
        await sleep(1);
      }
    })();
    for (let i = 0; i < 10; i++) expect((await me(trusting, https)).username).toBe('ada');
    await attack;
    await closed;
  });
});
