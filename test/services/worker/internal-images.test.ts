/** Images whose names lead inside: neither the worker nor an Engine asks there, unless the organisation or an operator says so. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { imageLayers } from '../../../app/platform/image-size.ts';
import { refuseInternalRegistry } from '../../../app/worker/executors/registry.ts';
import { testWorker } from '../../support/worker.ts';

let inside: Server;
let port: number;
let asked: string[] = [];
beforeAll(async () => {
  inside = createServer((request, response) => {
    asked.push(request.url ?? '');
    const realm = `http://localhost:${port}/token`;
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s",scope="x"` }).end();
  });
  await new Promise<void>((resolve) => inside.listen(0, resolve));
  port = (inside.address() as AddressInfo).port;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => void inside?.close());

const login = (host: string) => ({ host, username: 'ann', password: 'only-for-tests' });

describe('an image inside is refused before anybody there is asked', () => {
  test.each([
    '127.0.0.1:PORT/a/b:1',
    'localhost:PORT/a/b',
    '2130706433:PORT/a/b',
    '0x7f.1:PORT/a/b',
    '127.1:PORT/a/b',
    '0.0.0.0:PORT/a/b',
    '[::1]:PORT/a/b',
    '[::ffff:127.0.0.1]:PORT/a/b',
    '169.254.169.254/latest/meta-data',
    '[fd00:ec2::254]:80/a/b',
    '10.0.0.1:5000/a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000',
    '172.16.0.1/a/b',
    '192.168.0.1/a/b',
  ])('%s', async (name) => {
    const image = name.replace('PORT', String(port));
    expect(await imageLayers(image, {})).toBeNull();
    await expect(refuseInternalRegistry({ image })).rejects.toMatchObject({
      fault: 'job',
      message: expect.stringMatching(/^Image .* is not pulled: .*internal network.*trustedInputHosts/),
    });
    expect(asked).toEqual([]);
  });

  test('but one with a registered login, or that an operator trusts, is asked', async () => {
    const image = `localhost:${port}/a/b:1`;
    const registry = login(`localhost:${port}`);
    await refuseInternalRegistry({ image, registry });
    await refuseInternalRegistry({ image }, [`localhost:${port}`]);
    await refuseInternalRegistry({ image: 'python:3.12-slim' });
    await refuseInternalRegistry({ image: 'no-such-registry.invalid/nothing:1' });
    await imageLayers(image, { login: registry });
    expect(asked).toEqual(['/v2/a/b/manifests/1', '/token?service=s&scope=x']);
  });

  test('nor is it by way of who gives tokens for a registry that is trusted', async () => {
    await imageLayers(`127.0.0.1:${port}/a/b:1`, { trusted: [`127.0.0.1:${port}`] });
    expect(asked).toEqual(['/v2/a/b/manifests/1']);
  });
});

test('a job’s image inside ends the job with the reason, and the Engine is not asked to pull', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cove-engine-'));
  const dockerSocket = join(folder, 'docker.sock');
  const calls: string[] = [];
  // An Engine that has no image.
  const engine = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    const isKnown = /\/(version|info|_ping)|containers\/json/.test(request.url ?? '');
    const body = /containers\/json/.test(request.url ?? '') ? [] : { Version: '1', ApiVersion: '1.41' };
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? body : { message: 'No such image' }));
  });
  await new Promise<void>((resolve) => engine.listen(dockerSocket, resolve));
  const at = await testWorker('docker', 1, undefined, { dockerSocket });
  try {
    await at.start();
    const run = await at.platform.submit({ image: `127.0.0.1:${port}/a/b:1`, command: 'true' });
    const { status, reason } = await run.end;
    expect(status).toBe('error');
    expect(reason).toMatch(/127\.0\.0\.1:\d+ leads into an internal network/);
    expect(calls.join()).toMatch(/POST \S*\/containers\/create/);
    expect(calls.join()).not.toMatch(/images\/create/);
    expect(asked).toEqual([]);
  } finally {
    await at.close();
    engine.close();
    await rm(folder, { recursive: true });
  }
});
