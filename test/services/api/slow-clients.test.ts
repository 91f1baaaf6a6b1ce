/** Clients that trickle (slowloris), on real sockets: they are sent away, and nobody else waits for them. */
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testCertificates } from '../../support/certificates.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';

const patience = { headersMs: 400, bodyMs: 1000 };
let platform: TestPlatform;
let ada: Person;
let plain: TestApp;
let tls: TestApp;
let port: number;
let secure: string;
beforeAll(async () => {
  platform = await testPlatform();
  ada = await platform.person('ada');
  const { certificate, key } = await testCertificates(['127.0.0.1']);
  plain = await testApp(platform.platform, { patience });
  tls = await testApp(platform.platform, { patience, tls: { certificate, key } });
  await plain.app.listen({ host: '127.0.0.1', port: 0 });
  secure = await tls.app.listen({ host: '127.0.0.1', port: 0 });
  port = (plain.app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await plain?.close();
  await tls?.close();
  await platform?.close();
});

/** Says `head` at once, then one byte at a time, until it is sent away; gives what it was told. */
async function trickle(head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
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
const head = (path: string, lines: string) =>
  `POST ${path} HTTP/1.1\r\nHost: cove\r\nAuthorization: Token ${ada.token}\r\n${lines}\r\n`;
const JSON_BODY = 'Content-Type: application/json\r\nContent-Length: 1000000\r\n';
const FORM = 'Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n';

test('a head that never ends is answered 408 and cut', async () => {
  expect(await trickle('GET /api/v0/ HTTP/1.1\r\nHost: cove\r\nX-Slow: ')).toMatch(/^HTTP\/1.1 408 /);
});

test('a body that trickles is answered 408 in words, and cut', async () => {
  const told = await trickle(head('/api/v0/projects/', JSON_BODY));
  expect(told).toMatch(/^HTTP\/1.1 408 /);
  expect(told).toMatch(/connection: close/i);
  expect(told).toContain('"code":"timeout"');
});

test('so is an upload, of which nobody says how long it may be', async () => {
  const project = await plain.call('POST', '/api/v0/projects/', { as: ada, json: { name: 'slow' } });
  const path = `/api/v0/projects/${project.body.id}/import-package/`;
  expect(await trickle(head(path, FORM))).toMatch(/^HTTP\/1.1 4\d\d /);
});

test('HTTP/2: the stream is ended, the connection goes on', async () => {
  const session = connectHttp2(secure, { rejectUnauthorized: false });
  const headers = { authorization: `Token ${ada.token}`, 'content-type': 'application/json' };
  const slow = session.request({ ':method': 'POST', ':path': '/api/v0/projects/', ...headers });
  slow.on('error', () => {});
  slow.resume();
  const status = new Promise((resolve) => slow.once('response', (got) => resolve(got[':status'])));
  const closed = new Promise((resolve) => slow.once('close', resolve));
  const drip = setInterval(() => slow.write('a'), 50);
  expect(await status).toBe(408);
  await closed;
  clearInterval(drip);
  const next = session.request({ ':path': '/api/v0/users/me/', ...headers });
  expect(JSON.parse(await text(next)).username).toBe('ada');
  session.destroy();
});

test('two hundred of them hold up nobody', async () => {
  const slow = Array.from({ length: 200 }, () => trickle(head('/api/v0/projects/', JSON_BODY)));
  const me = await fetch(`http://127.0.0.1:${port}/api/v0/users/me/`, {
    headers: { authorization: `Token ${ada.token}` },
  });
  expect(me.status).toBe(200);
  const told = await Promise.all(slow);
  expect(told.every((answer) => answer.startsWith('HTTP/1.1 408 '))).toBe(true);
});

test('a body with pauses that is fast enough is taken, and a slow answer is nobody’s fault', async () => {
  const socket = connect(port, '127.0.0.1');
  const body = JSON.stringify({ name: 'patient', description: 'x'.repeat(5000) });
  const answer = text(socket);
  socket.write(
    head(
      '/api/v0/projects/',
      `Connection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`,
    ),
  );
  for (let at = 0; at < body.length; at += 300) {
    socket.write(body.slice(at, at + 300));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await answer).toMatch(/^HTTP\/1.1 201 /);
});
