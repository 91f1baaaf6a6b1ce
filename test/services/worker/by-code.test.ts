/** What `cove worker join` prints, typed on a machine with a real Docker Engine: the real API, the agent in a container. */
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../app/api/app.ts';
import type { App } from '../../../app/api/types.ts';
import { ApiClient } from '../../../app/cli/api-client.ts';
import { dockerCommand } from '../../../app/cli/verbs/worker.ts';
import { sendHome, type Worker, workerNamed } from '../../../app/cli/workers.ts';
import { makeJoinCode } from '../../../app/core/workers/join-code.ts';
import { invitationText } from '../../../app/platform/invitation.ts';
import { Api } from '../../support/api.ts';
import { docker, dockerSocket, PYTHON_IMAGE } from '../../support/docker.ts';
import { type TestPlatform, testPlatform } from '../../support/platform.ts';
import { until } from '../../support/process.ts';
import { makeWorld, type World } from '../../support/runs.ts';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
let at: TestPlatform;
let world: World;
let app: App;
let api: Api;
let administrator: ApiClient;
let folder: string;
let command: string[];
const name = () => `cove-worker-${at.slug}`;

beforeAll(async () => {
  at = await testPlatform();
  const person = await at.person('wanda');
  world = await makeWorld(at, person);
  await at.platform.db
    .updateTable('environments')
    .set({ organization_id: person.organizationId })
    .where('slug', '=', at.slug)
    .execute();
  app = await buildApp(at.platform);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  api = new Api(url, person.token);
  administrator = new ApiClient(url);
  administrator.actWith(person.token);
  folder = await mkdtemp(join(tmpdir(), 'cove-joined-'));
  const { code } = await makeJoinCode(person.context, at.slug);
  command = dockerCommand(at.slug, PYTHON_IMAGE, folder, invitationText({ url, code, folder, slots: 1 }));
});
afterAll(async () => {
  await docker('rm', '--force', name()).catch(() => {});
  await app?.close();
  await at?.close();
  await rm(folder, { recursive: true, force: true });
});

/** As the platform's image begins, with this checkout in place of the one in the image. */
function typed(): string[] {
  const entry = ['--no-warnings', '/opt/cove/app/main.ts', '--settings', '/etc/cove/settings.json'];
  const mount = ['--volume', `${CHECKOUT}:/opt/cove:ro`, '--entrypoint', '/opt/cove/node_modules/.bin/node'];
  return command
    .slice(1)
    .flatMap((word) => (word === PYTHON_IMAGE ? [...mount, word, ...entry] : [word]))
    .map((word) => word.replace(/^\/var\/run\/docker\.sock:/, `${dockerSocket}:`));
}

async function runJob(): Promise<string[]> {
  const yaml = `- step:\n    name: go\n    image: ${PYTHON_IMAGE}\n    command: echo done\n`;
  const commit = await api.importPackage(world.projectId, { 'valohai.yaml': yaml });
  const { id } = await api.create(world.projectId, commit, 'go', { environment: world.environmentId });
  const ended = await api.end(id, 60);
  const log = (await api.log(id)).map(({ message }) => message);
  expect(ended.status, log.join('\n')).toBe('complete');
  return log;
}
const workers = () =>
  at.platform.db
    .selectFrom('workers')
    .select(['name', 'last_seen'])
    .where('environment_id', '=', world.environmentId)
    .where('name', '!=', 'one')
    .execute();

test('one command brings a machine in; started again, or on its way out, it stays the same worker', async () => {
  await docker(...typed());
  expect(await runJob()).toContain('done');
  const [worker, ...others] = await workers();
  expect(others).toEqual([]);
  expect(worker?.last_seen).not.toBeNull();

  await docker('restart', name());
  expect(await runJob()).toContain('done');
  expect(await workers()).toMatchObject([{ name: worker?.name }]);

  await docker('stop', name());
  expect(await docker('inspect', '--format', '{{.State.ExitCode}}', name())).toBe('0');
}, 120_000);

test('a second machine with the same command is told why it may not join', async () => {
  await docker('rm', '--force', name());
  const [secrets, kept] = [join(folder, 'secrets'), join(folder, 'kept')];
  await rename(secrets, kept);
  const once = typed().flatMap((word) =>
    word === '--detach' ? [] : word === 'unless-stopped' ? ['no'] : [word],
  );
  const told = await docker(...once).catch((error: { stdout: string }) => error.stdout);
  expect(told).toMatch(/This machine may not join: .*used before, by another machine/);
  await rm(secrets, { recursive: true });
  await rename(kept, secrets);
}, 60_000);

test('removed, it ends by itself and stays away; its code brings nobody in again', async () => {
  await docker('rm', '--force', name());
  await docker(...typed());
  const all = async () => (await administrator.get<{ results: Worker[] }>('/api/v0/workers/')).results;
  await until('it is ready', async () => (await all()).some(({ state }) => state === 'ready'));
  const { name: called } = (await workers())[0] ?? {};
  const said: string[] = [];
  await sendHome(
    administrator,
    workerNamed(await all(), called ?? ''),
    { say: (line = '') => said.push(line) },
    200,
  );
  expect(said.join()).toContain('takes no new job');
  expect(await workers()).toEqual([]);

  const running = () =>
    docker('inspect', '--format', '{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}', name());
  await until('its agent ends', async () => (await running()) === 'false no', 40);
  expect(await docker('logs', name())).toMatch(
    new RegExp(`was removed from the installation: its agent ends.*docker rm ${name()}`),
  );
  await docker('start', name());
  await until('it is refused', async () =>
    /may not join: .*The machine that came with this code was removed/.test(await docker('logs', name())),
  );
}, 90_000);
