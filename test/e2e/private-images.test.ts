/** Images that a registry gives only to who logs in: a real registry, a real Docker Engine, the whole platform between. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Api } from '../support/api.ts';
import { docker, PYTHON_IMAGE } from '../support/docker.ts';
import { lacks } from '../support/machine.ts';
import { PASSWORD, type RegistryServer, startRegistry, USERNAME } from '../support/registry-server.ts';
import { newProject, signIn, start } from './support.ts';

const without = lacks('docker-registry') ?? lacks('image');
let api: Api;
let project: string;
let registry: RegistryServer;
let image: string;
beforeAll(async () => {
  if (without !== undefined) return;
  registry = await startRegistry();
  image = `${registry.host}/private/python:1`;
  const config = await mkdtemp(join(tmpdir(), 'cove-docker-'));
  const as = ['--config', config];
  await docker(...as, 'login', '--username', USERNAME, '--password', PASSWORD, registry.host);
  await docker('tag', PYTHON_IMAGE, image);
  await docker(...as, 'push', '--quiet', image);
  await docker('rmi', image);
  await rm(config, { recursive: true });
  api = await signIn();
  project = (await newProject(api)).id;
});
afterAll(async () => {
  await docker('rmi', '--force', image).catch(() => {});
  await registry?.stop();
});

const run = async () => {
  const created = await start(api, project, 'echo from a private image', { image });
  return api.end(created.id);
};

test.skipIf(without)(
  'a private image is pulled with the login that its pattern names, and only so',
  async () => {
    const refused = await run();
    expect(refused).toMatchObject({ status: 'error' });
    expect(refused.status_detail).toContain(image);

    const configuration = { username: USERNAME, password: 'wrong' };
    const pattern = `${registry.host}/private/*`;
    const made = await api.ok('POST', '/registry-credentials/', {
      type: 'docker',
      image_pattern: pattern,
      configuration,
    });
    expect(made).toMatchObject({ image_pattern: pattern, configuration: { username: USERNAME } });
    expect(await run()).toMatchObject({ status: 'error' });

    const path = `/registry-credentials/${made.id}/`;
    const changed = await api.ok('PATCH', path, {
      configuration: { username: USERNAME, password: PASSWORD },
    });
    expect(JSON.stringify([changed, await api.ok('GET', path)])).not.toContain(PASSWORD);
    const ended = await run();
    expect(ended).toMatchObject({ status: 'complete' });
    const log = await api.log(ended.id);
    expect(log.map(({ message }) => message)).toContain('from a private image');
    expect(JSON.stringify([ended, log])).not.toContain(PASSWORD);

    await api.ok('DELETE', path);
    expect((await api.call('GET', path)).status).toBe(404);
  },
);
