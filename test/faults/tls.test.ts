/** Servers with certificates of an authority that nobody else knows; and a proxy in between. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect as connectTcp, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorities, outboundVariables, setOutbound } from '../../app/platform/outbound.ts';
import { connect } from '../../app/platform/postgres.ts';
import { connectQueue } from '../../app/platform/redis.ts';
import { authoritiesOf } from '../../app/platform/tls.ts';
import { Http } from '../../app/worker/http.ts';
import { type TestCertificates, testCertificates } from '../support/certificates.ts';
import { SUPERUSER, SUPERUSER_PASSWORD, startPostgres } from '../support/postgres-server.ts';
import { ADMIN, ADMIN_PASSWORD, startRedis } from '../support/redis-server.ts';

const closing: (() => unknown)[] = [];
let ours: TestCertificates;
let foreign: TestCertificates;
let folder: string;
beforeAll(async () => {
  ours = await testCertificates(['localhost'], ['127.0.0.1']);
  foreign = await testCertificates(['elsewhere.example.com']);
  folder = await mkdtemp(join(tmpdir(), 'cove-tls-'));
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('PostgreSQL is trusted by the given authority and the right name alone', async () => {
  const server = await startPostgres(folder, { template: false, tls: ours });
  closing.push(() => server.stop());
  const { port } = server.address;
  const ask = async (host: string, trust: object) => {
    const address = { host, port, name: 'postgres', user: SUPERUSER, tls: true, ...trust };
    const db = connect(address, async () => SUPERUSER_PASSWORD, { max: 1 });
    const query = sql<{ ssl: boolean }>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`;
    return query.execute(db).finally(() => db.destroy());
  };
  for (const host of ['localhost', '127.0.0.1'])
    expect((await ask(host, { caFile: ours.caFile })).rows).toEqual([{ ssl: true }]);
  await expect(ask('localhost', { caFile: foreign.caFile })).rejects.toThrow(/verify|certificate/);
  await expect(ask('localhost', {})).rejects.toThrow(/verify|certificate/);
  await expect(ask('127.0.0.2', { caFile: ours.caFile })).rejects.toMatchObject({ code: 'unavailable' });
});

test('Redis is trusted by the given authority and the right name alone', async () => {
  const redis = await startRedis(await mkdtemp(join(folder, 'redis-')));
  closing.push(() => redis.stop());
  const before = async ({ certificate, key }: TestCertificates) =>
    listen(
      createTls({ cert: certificate, key }, (socket) => {
        const inner = connectTcp(redis.address.port, '127.0.0.1');
        socket.pipe(inner).pipe(socket);
        for (const one of [socket, inner]) one.on('error', () => {});
      }),
    );
  const port = await before(ours);
  const ask = async (host: string, at: number, trust: object) => {
    const queue = await connectQueue(
      { host, port: at, user: ADMIN, tls: true, ...trust },
      async () => ADMIN_PASSWORD,
    );
    return queue.ring('tls', 'a').finally(() => queue.close());
  };
  for (const host of ['localhost', '127.0.0.1']) await ask(host, port, { caFile: ours.caFile });
  await ask('localhost', port, { ca: ours.ca });
  await expect(ask('localhost', port, { caFile: foreign.caFile })).rejects.toMatchObject({
    code: 'unavailable',
  });
  await expect(ask('localhost', port, {})).rejects.toMatchObject({ code: 'unavailable' });
  const wrongName = await before(foreign);
  await expect(ask('localhost', wrongName, { caFile: foreign.caFile })).rejects.toThrow(
    /altnames|does not match/i,
  );
});

test('the authorities of Amazon RDS ship with the application', () => {
  const found = authoritiesOf({ authorities: 'aws-rds' });
  expect(found?.length).toBeGreaterThan(50);
  expect(found?.every((one) => one.includes('BEGIN CERTIFICATE'))).toBe(true);
});

/** Last: what it sets holds for the whole process. */
test('a company’s authorities and proxy hold for whatever the worker fetches', async () => {
  const secure = createHttps({ cert: ours.certificate, key: ours.key }, (_request, answer) =>
    answer.end('secure'),
  );
  const plain = createHttp((request, answer) => answer.end(`plain ${request.url}`));
  const securePort = await listen(secure);
  const plainPort = await listen(plain);
  const asked: string[] = [];
  // Names that only the proxy knows: whoever goes directly finds nobody.
  const proxy = createHttp();
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const port = request.url?.startsWith('secure.') ? securePort : plainPort;
    const inner = connectTcp(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(inner).pipe(socket);
    });
    for (const one of [socket, inner]) one.on('error', () => {});
  });
  const proxyPort = await listen(proxy);

  const text = async (http: Http, url: string) => {
    const { body } = await http.get(url);
    return Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>)).toString();
  };
  const before = new Http('http://127.0.0.1:1');
  await expect(text(before, `https://localhost:${securePort}/`)).rejects.toThrow(/verify|certificate/);
  await before.close();

  setOutbound({
    certificateAuthorityFiles: [ours.caFile],
    proxy: { url: `http://127.0.0.1:${proxyPort}`, noProxy: ['direct.invalid'] },
  });
  const http = new Http('http://api.invalid:8000');
  closing.push(() => http.close());
  expect(await text(http, `https://localhost:${securePort}/`)).toBe('secure');
  expect(asked).toEqual([]);
  expect(await text(http, 'http://store.invalid/bucket/key')).toBe('plain /bucket/key');
  expect(await text(http, '/store/of-the-api')).toBe('plain /store/of-the-api');
  expect(asked).toEqual(['store.invalid:80', 'api.invalid:8000']);
  await expect(text(http, 'http://direct.invalid/')).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  expect(authorities()).toContain(ours.ca.trim());
  expect(outboundVariables()).toMatchObject({
    HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
    no_proxy: 'localhost,127.0.0.1,::1,direct.invalid',
    GIT_SSL_CAINFO: expect.stringContaining('authorities.pem'),
  });
});
