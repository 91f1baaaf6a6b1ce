/**
 * A login to Azure's registry for a machine that joins: the machine's identity proves itself to Entra ID, the registry
 * exchanges that for a token of its own, and with it Docker pulls. In a process of its own, as the API runs: it trusts the
 * test's authority, and finds its identity where Azure says (`IDENTITY_ENDPOINT`).
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { createServer as createHttps, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metadataServer } from '../../fakes/azure/metadata.ts';
import { azureRegistry } from '../../fakes/azure/registry.ts';
import { tokenOf } from '../../fakes/azure/tokens.ts';
import { type TestCertificates, testCertificates } from '../../support/certificates.ts';
import { PASSWORD, type RegistryServer, startRegistry, USERNAME } from '../../support/registry-server.ts';

const MODULE = fileURLToPath(new URL('../../../app/platform/registry-login.ts', import.meta.url));
const HOST = { oid: 'host', clientId: 'client-of-the-host' };
const GUEST = { oid: 'guest', clientId: 'client-of-a-guest' };

let certificates: TestCertificates;
let real: RegistryServer;
let front: Server;
let name: string;
beforeAll(async () => {
  [certificates, real] = await Promise.all([testCertificates(['localhost']), startRegistry()]);
  front = createHttps({ cert: certificates.certificate, key: certificates.key });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  name = `localhost:${(front.address() as AddressInfo).port}`;
  const fake = azureRegistry({
    name,
    pullers: [HOST.oid],
    behind: () => Number(real.host.split(':')[1]),
    login: { username: USERNAME, password: PASSWORD },
  });
  front.on('request', (...args) => fake.emit('request', ...args));
});
afterAll(async () => {
  front.close();
  await real.stop();
});

/** As the API asks, on a machine with this identity. */
async function loginAs(identity: typeof HOST): Promise<{ username: string; password: string }> {
  const endpoint = createHttp((asked, response) => {
    // Where Azure sets these variables, it wants the header back.
    if (asked.headers['x-identity-header'] !== 'proof') return void response.writeHead(401).end();
    const query = new URL(asked.url ?? '/', 'http://identity').searchParams;
    const mine = query.get('client_id') === identity.clientId;
    const token = tokenOf(identity, query.get('resource') ?? '');
    const expires = String(Math.floor(Date.now() / 1000) + 3600);
    response
      .writeHead(mine ? 200 : 400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ access_token: token, expires_on: expires, token_type: 'Bearer' }));
  });
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  const settings = { kind: 'azure', host: name, clientId: identity.clientId };
  const script = `import { registryLogin } from ${JSON.stringify(MODULE)};
    console.log(JSON.stringify(await registryLogin(${JSON.stringify(settings)})))`;
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      {
        env: {
          PATH: process.env.PATH,
          NODE_EXTRA_CA_CERTS: certificates.caFile,
          IDENTITY_ENDPOINT: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`,
          IDENTITY_HEADER: 'proof',
        },
      },
    );
    return JSON.parse(stdout);
  } finally {
    endpoint.close();
    endpoint.closeAllConnections();
  }
}

/** As Docker does: asked who it is, it fetches a pass with its login, and asks again. */
async function catalogue(authorization: string): Promise<{ status: number; body: string }> {
  const ask = async (path: string, more: string) => {
    const headers = more === '' ? {} : { authorization: more };
    const port = Number(name.split(':')[1]);
    const asked = request({ host: 'localhost', port, path, headers, ca: certificates.ca });
    const [response] = await once(asked.end(), 'response');
    let body = '';
    for await (const one of response) body += one;
    return {
      status: response.statusCode as number,
      body,
      header: response.headers['www-authenticate'] ?? '',
    };
  };
  const { header } = await ask('/v2/', '');
  expect(header).toMatch(new RegExp(`^Bearer realm="https://${name}/oauth2/token",service="${name}"$`));
  const pass = await ask(`/oauth2/token?service=${name}`, authorization);
  if (pass.status !== 200) return pass;
  return ask('/v2/', `Bearer ${JSON.parse(pass.body).access_token}`);
}
const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

test('the host’s identity gets a login of the registry’s own, which pulls; nobody else’s does', async () => {
  const { username, password } = await loginAs(HOST);
  expect(username).toBe('00000000-0000-0000-0000-000000000000');
  // No token of Entra ID leaves the host.
  expect(password).not.toContain('.');
  expect((await catalogue(basic(username, password))).status).toBe(200);
  expect((await catalogue(basic(username, 'another'))).status).toBe(401);
  expect((await catalogue(basic('ann', password))).status).toBe(401);
});

test('an identity without a role on the registry is told so', async () => {
  await expect(loginAs(GUEST)).rejects.toThrow(/answers 401 to the exchange of tokens/);
});

test('the metadata service of a machine gives its only identity without a name, and none to who asks without the header', async () => {
  const server = createHttp(metadataServer(HOST, () => ''));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x`;
  const status = (more: string, headers = {}) =>
    fetch(at + more, { headers }).then((response) => response.status);
  expect(await status('')).toBe(400);
  expect(await status('', { Metadata: 'true' })).toBe(200);
  expect(await status('&client_id=another', { Metadata: 'true' })).toBe(400);
  server.close();
});
