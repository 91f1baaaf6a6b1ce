/**
 * The installation's own image, made as `npm run image` makes it, on a base that needs no network. It runs as the units
 * of a host run it: read-only, as its user, without rights; against real PostgreSQL, Redis and OpenBao.
 */
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerCommand } from '../../app/cli/verbs/worker.ts';
import { invitationText } from '../../app/platform/invitation.ts';
import type { BootstrapSettings, WorkerSettings } from '../../app/settings.ts';
import { buildImages } from '../../toolchain/image/main.js';
import { BASE } from '../setup/images.ts';
import { Api, oneStep } from '../support/api.ts';
import { type BareInstallation, bareInstallation } from '../support/bare-installation.ts';
import { docker, dockerHost, dockerSocket } from '../support/docker.ts';
import { until } from '../support/process.ts';

const USER = 10001;
let bare: BareInstallation;
let image: string;
let work: string;
const containers: string[] = [];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'cove-image-'));
  await chmod(work, 0o711);
  process.env.DOCKER_HOST = dockerHost;
  const [made, installation] = await Promise.all([
    buildImages({ base: BASE, to: work, archives: false }),
    bareInstallation(),
  ]);
  image = made.platform?.image ?? '';
  bare = installation;
  for (const folder of ['store', 'scratch']) await mkdir(join(bare.folder, folder));
  execFileSync('chown', ['-R', `${USER}:${USER}`, ...['keys', 'store', 'scratch'].map(at)]);
});
afterAll(async () => {
  for (const id of containers) await docker('rm', '--force', '--volumes', id);
  await bare?.stop();
  if (work !== undefined) await rm(work, { recursive: true, force: true });
});
const at = (name: string) => join(bare.folder, name);

/** `folders`: at the same path in the container. Gives its id, or what it said where it is `once`. */
async function run(
  settings: object & { role: string },
  folders: string[],
  { once = false, options = [] as string[] } = {},
): Promise<string> {
  const file = join(work, `${settings.role}.json`);
  await writeFile(file, JSON.stringify(settings), { mode: 0o644 });
  const limits = `--read-only --init --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --network host`;
  const mounts = [`${file}:/etc/cove/settings.json:ro`, ...folders.map((folder) => `${folder}:${folder}`)];
  const volumes = mounts.flatMap((mount) => ['--volume', mount]);
  const how = once ? ['--rm'] : ['--detach'];
  const said = await docker('run', ...how, ...limits.split(' '), ...volumes, ...options, image);
  if (!once) containers.push(said);
  return said;
}

test('serves as the API, is healthy, runs a job as a worker, read-only, as a user without rights, and as a machine that joins by the printed command', async () => {
  const credentialFile = at('keys/administrator.json');
  const settings: BootstrapSettings = {
    ...bare.settings,
    // The printed command names the container after it, and another checkout may test beside this one.
    environments: bare.settings.environments.map((one) => ({ ...one, slug: `image-${process.pid}` })),
    administrator: { ...bare.settings.administrator, credentialFile },
  };
  await run(settings, [at('keys')], { once: true });

  const api = { ...bare.service('api'), exampleRepository: '/opt/cove/example.git' };
  const url = `http://127.0.0.1:${api.http.port}`;
  const apiId = await run(api, ['keys', 'store', 'scratch'].map(at));
  await run(bare.service('scheduler'), [at('keys'), at('store')]);
  await until(
    'the API answers',
    () =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    120,
  );
  const refs = await fetch(`${url}/git/example.git/info/refs?service=git-upload-pack`);
  expect([refs.status, await refs.text()]).toEqual([200, expect.stringContaining('refs/heads/main')]);
  expect((await fetch(url)).headers.get('content-type')).toContain('text/html');

  const folder = await mkdtemp(join(work, 'jobs-'));
  await chown(folder, USER, USER);
  const worker: WorkerSettings = {
    role: 'worker',
    name: 'one',
    apiUrl: url,
    tokenFile: at('keys/worker-one.token'),
    folder,
    executors: ['docker'],
    slots: 1,
    dockerSocket: '/var/run/docker.sock',
    relay: false,
  };
  const group = execFileSync('stat', ['-c', '%g', dockerSocket], { encoding: 'utf8' }).trim();
  const socket = `${dockerSocket}:/var/run/docker.sock`;
  const workerId = await run(worker, [at('keys'), folder], {
    options: ['--group-add', group, '--volume', socket],
  });

  const { username, password } = JSON.parse(await readFile(credentialFile, 'utf8'));
  const person = await Api.login(url, username, password);
  const project = await person.ok('POST', '/projects/', { name: 'image' });
  const commit = await person.importPackage(project.id, {
    'valohai.yaml': oneStep('echo done > /valohai/outputs/done.txt && python3 -c "print(6 * 7)"'),
  });
  const job = await person.end((await person.create(project.id, commit, 'go')).id, 180);
  expect(job).toMatchObject({ status: 'complete', outputs: [{ name: 'done.txt' }] });
  expect((await person.log(job.id)).map(({ message }) => message)).toContain('42');

  const health = (id: string) => docker('inspect', '--format', '{{.State.Health.Status}}', id);
  for (const id of [apiId, workerId])
    await until('Docker finds the container healthy', async () => (await health(id)) === 'healthy', 120);

  // The command that `cove worker join` prints, as it is typed on another machine.
  await docker('stop', workerId);
  const slug = settings.environments[0]?.slug ?? '';
  const { code } = await person.ok('POST', `/environments/${slug}/join-codes/`);
  const home = await mkdtemp(join(work, 'joined-'));
  const invitation = invitationText({ url, code, folder: home, slots: 1 });
  const [, ...typed] = dockerCommand(slug, image, home, invitation);
  containers.push(`cove-worker-${slug}`);
  await docker(...typed.map((word) => word.replace(/^\/var\/run\/docker\.sock:/, `${dockerSocket}:`)));
  const again = await person.end((await person.create(project.id, commit, 'go')).id, 180);
  expect(again).toMatchObject({ status: 'complete', outputs: [{ name: 'done.txt' }] });
  const { results } = await person.ok('GET', '/workers/');
  expect(results).toContainEqual(expect.objectContaining({ by_code: true, state: 'ready' }));

  const probe = ['exec', apiId, 'node', 'app/probe.ts', '/etc/cove/settings.json'];
  await bare.postgres.stop();
  await expect(docker(...probe)).rejects.toThrow(/readyz answers 503/);
  await bare.postgres.restart();
});

test('holds no build tool, no source of the pages, and a bill of what is in it', async () => {
  const list = async (...args: string[]) => docker('run', '--rm', '--entrypoint', 'ls', image, ...args);
  expect(await list('-a', '/opt/cove')).toMatch(/sbom\.cdx\.json/);
  expect(await list('/opt/cove/app')).not.toMatch(/^cli$/m);
  expect(await list('/opt/cove/node_modules')).not.toMatch(/^(vite|typescript|vitest|@pulumi)$/m);
  expect(await docker('run', '--rm', '--entrypoint', 'id', image, '-u')).toBe(String(USER));
});
