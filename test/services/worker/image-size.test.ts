/** The size of an image before it is pulled: asked of a real registry, and of one that gives tokens and has many processors. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesOf, imageLayers } from '../../../app/platform/image-size.ts';
import { DockerExecutor } from '../../../app/worker/executors/docker.ts';
import { dockerSocket, PYTHON_IMAGE } from '../../support/docker.ts';
import { lacks } from '../../support/machine.ts';
import { PASSWORD, type RegistryServer, startRegistry, USERNAME } from '../../support/registry-server.ts';
import { testWorker } from '../../support/worker.ts';

const without = lacks('docker-registry');
const signal = new AbortController().signal;
const login = { username: USERNAME, password: PASSWORD };
const trusted = ['127.0.0.1'];
const TEBIBYTE = 2 ** 40;
const bytesIn: (...args: Parameters<typeof imageLayers>) => Promise<number | null> = async (...args) => {
  const layers = await imageLayers(...args);
  return layers && bytesOf(layers);
};
let registry: RegistryServer;
let fake: Server;
let host: string;
beforeAll(async () => {
  if (without === undefined) registry = await startRegistry();
  fake = createServer((request, response) => {
    const { authorization } = request.headers;
    const answer = (status: number, body: object, headers = {}) =>
      response.writeHead(status, headers).end(JSON.stringify(body));
    const url = new URL(request.url ?? '', `http://${host}`);
    if (url.pathname === '/token') {
      const isAsked = url.searchParams.get('scope') === 'repository:a/b:pull';
      return answer(isAsked ? 200 : 400, { token: authorization === undefined ? 'anybody' : 'ann' });
    }
    if (authorization !== 'Bearer anybody')
      return answer(
        401,
        {},
        {
          'www-authenticate': `Bearer realm="http://${host}/token",service="s",scope="repository:a/b:pull"`,
        },
      );
    const own = process.arch === 'x64' ? 'amd64' : process.arch;
    const one = (digest: string, os: string, architecture: string) => ({
      digest,
      platform: { os, architecture },
    });
    if (url.pathname === '/v2/a/b/manifests/many')
      return answer(200, {
        manifests: [
          one('sha256:1', 'windows', own),
          one('sha256:2', 'linux', 's390x'),
          one('sha256:3', 'linux', own),
        ],
      });
    if (url.pathname === '/v2/a/b/manifests/sha256:3')
      return answer(200, {
        layers: [
          { digest: 'sha256:4', size: 3 * TEBIBYTE },
          { digest: 'sha256:5', size: TEBIBYTE },
        ],
      });
    return answer(404, { errors: [{ code: 'MANIFEST_UNKNOWN' }] });
  });
  await new Promise<void>((done) => fake.listen(0, '127.0.0.1', done));
  host = `127.0.0.1:${(fake.address() as AddressInfo).port}`;
});
afterAll(async () => {
  fake.close();
  await registry?.stop();
});

/** As a push does it. */
async function push(path: string, layers: Buffer[]): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;
  const at = `http://${registry.host}/v2/${path}`;
  const upload = async (bytes: Buffer) => {
    const begun = await fetch(`${at}/blobs/uploads/`, { method: 'POST', headers: { authorization } });
    const to = new URL(begun.headers.get('location')!);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    to.searchParams.set('digest', digest);
    const headers = { authorization, 'content-type': 'application/octet-stream' };
    expect((await fetch(to, { method: 'PUT', headers, body: new Uint8Array(bytes) })).status).toBe(201);
    return { digest, size: bytes.length };
  };
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      ...(await upload(Buffer.from('{}'))),
    },
    layers: await Promise.all(
      layers.map(async (one) => ({
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        ...(await upload(one)),
      })),
    ),
  };
  const put = { method: 'PUT', headers: { authorization, 'content-type': mediaType } };
  const { status } = await fetch(`${at}/manifests/1`, { ...put, body: JSON.stringify(manifest) });
  expect(status).toBe(201);
}

test.skipIf(without)(
  'a private registry tells it to who logs in, and nobody else is kept waiting',
  async () => {
    await push('private/model', [randomBytes(70_000), randomBytes(5_000)]);
    const image = `${registry.host}/private/model:1`;
    expect(await bytesIn(image, { login })).toBe(75_000);
    expect(await bytesIn(image, { trusted })).toBeNull();
    expect(await bytesIn(image, { login: { ...login, password: 'wrong' } })).toBeNull();
    expect(await bytesIn(`${registry.host}/private/nothing:1`, { login })).toBeNull();
    expect(await bytesIn('127.0.0.1:1/nobody/there', { trusted })).toBeNull();

    const executor = new DockerExecutor({ socket: dockerSocket, owner: 'test', slots: 1 });
    const { host } = registry;
    expect(await executor.bytesToFetch({ image, registry: { host, ...login } }, signal)).toBe(150_000);
    expect(await executor.bytesToFetch({ image: PYTHON_IMAGE }, signal)).toBe(0);
  },
);

test('of an image for many processors the one for this machine counts, asked with the token of nobody', async () => {
  expect(await bytesIn(`${host}/a/b:many`, { trusted })).toBe(4 * TEBIBYTE);
  expect(await bytesIn(`${host}/a/b:other`, { trusted })).toBeNull();
});

test('a job whose image no disk here can hold says so, before anything is pulled', async () => {
  const at = await testWorker('docker', 1, undefined, { dockerSocket });
  at.platform.trusted = trusted;
  try {
    await at.start();
    const run = await at.platform.submit({ image: `${host}/a/b:many`, command: 'true' });
    const { status, reason } = await run.end;
    expect(status).toBe('error');
    expect(reason).toMatch(/^The job's image and inputs need 8.80 TB; the machine's whole disk has /);
    expect(at.platform.messages(run, 'status').join()).not.toMatch(/Pulling/);
  } finally {
    await at.close();
  }
});
