/**
 * Dumps of PostgreSQL as an installation in a cluster makes them, and what is had back of them: the very programs of its
 * pods, with a real PostgreSQL and its clients, a real Vault, and services that run a job.
 */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lastBackup } from '../../../../app/cli/clouds/kubernetes/last-backup.ts';
import {
  backupScript,
  FOLDER,
  restoreScript,
} from '../../../../components/kubernetes/database/dump-script.ts';
import type { KubernetesConfig } from '../../../../config/schema.ts';
import { Api, oneStep } from '../../../support/api.ts';
import { type BareInstallation, bareInstallation } from '../../../support/bare-installation.ts';
import { lacks } from '../../../support/machine.ts';
import { type PodExec, podExec } from '../../../support/pod-exec.ts';
import { SUPERUSER, SUPERUSER_PASSWORD } from '../../../support/postgres-server.ts';
import { type Server, startServer } from '../../../support/process.ts';

const MAIN = fileURLToPath(new URL('../../../../app/main.ts', import.meta.url));
const missing = lacks('postgres-clients');
const [home = ''] = globSync('/usr/lib/postgresql/*/').sort().slice(-1);
const execute = promisify(execFile);
const PATIENCE_MS = 120_000;

let at: BareInstallation;
/** What the pod of the dumps sees. */
let pod: string;
let services: Server[] = [];
beforeAll(async () => {
  if (missing !== undefined) return;
  pod = await mkdtemp(join(tmpdir(), 'cove-dumps-'));
  await mkdir(join(pod, 'backup'));
  await writeFile(join(pod, 'pgpass'), `*:*:*:*:${SUPERUSER_PASSWORD}\n`);
  at = await installation();
}, PATIENCE_MS);
afterAll(async () => {
  await end();
  await at?.stop();
  if (pod !== undefined) await rm(pod, { recursive: true });
});

async function installation(): Promise<BareInstallation> {
  const made = await bareInstallation({ postgresHome: home });
  const [environment] = made.settings.environments;
  made.settings.environments = [{ ...environment!, executor: 'process' }];
  made.settings.administrator.credentialFile = join(made.folder, 'keys', 'administrator.json');
  await made.bootstrap();
  return made;
}

/** Starts API, scheduler and a worker, and gives the administrator's client. */
async function serve(of: BareInstallation): Promise<Api> {
  const api = of.service('api');
  const publicUrl = `http://127.0.0.1:${api.http.port}`;
  const answers = () =>
    fetch(`${publicUrl}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const [{ name, tokenFile }] = of.settings.environments[0]!.workers as [{ name: string; tokenFile: string }];
  const worker = { role: 'worker', name, apiUrl: publicUrl, tokenFile, folder: join(of.folder, 'worker') };
  for (const [role, settings, ready] of [
    ['api', { ...api, publicUrl }, answers],
    ['scheduler', of.service('scheduler'), () => true],
    ['worker', { ...worker, executors: ['process'] }, () => true],
  ] as const) {
    const file = join(of.folder, `${role}.json`);
    await writeFile(file, JSON.stringify(settings));
    services.push(await startServer(process.execPath, [MAIN, '--settings', file], ready));
  }
  const file = join(of.folder, 'keys', 'administrator.json');
  const { username, password } = JSON.parse(await readFile(file, 'utf8'));
  return Api.login(publicUrl, username, password);
}
async function end() {
  for (const server of services.toReversed()) await server.stop();
  services = [];
}

const connection = () => ({
  PATH: `${join(home, 'bin')}:${process.env.PATH}`,
  PGHOST: at.postgres.address.host,
  PGPORT: String(at.postgres.address.port),
  PGUSER: SUPERUSER,
});
/** As the pod of the dumps runs it, with folders of this test. */
function nightly(env: Record<string, string> = {}) {
  const script = backupScript(14)
    .replaceAll(FOLDER, join(pod, 'backup'))
    .replaceAll('/run/cove/secrets/backup/pgpass', join(pod, 'pgpass'))
    .replaceAll('/tmp/pgpass', join(pod, 'own-pgpass'));
  const all = { ...connection(), PGPASSFILE: join(pod, 'own-pgpass'), ...env };
  return execute('bash', ['-o', 'pipefail', '-c', script], { env: all });
}

/** A project with an execution that wrote something. */
async function work(person: Api) {
  const project = await person.ok('POST', '/projects/', { name: 'kept' });
  const commit = await person.importPackage(project.id, {
    'valohai.yaml': oneStep('echo precious > /valohai/outputs/note.txt'),
  });
  const run = await person.end((await person.create(project.id, commit, 'go')).id, 60);
  expect(run).toMatchObject({ status: 'complete', outputs: [{ name: 'note.txt' }] });
  return { project, run };
}
type Work = Awaited<ReturnType<typeof work>>;

/** All of it is there: project, execution, log and output; and the platform goes on. */
async function isThere(person: Api, { project, run }: Work) {
  expect(await person.ok('GET', `/projects/${project.id}/`)).toMatchObject({ name: 'kept' });
  expect(await person.ok('GET', `/executions/${run.id}/`)).toMatchObject({ status: 'complete', counter: 1 });
  expect((await person.log(run.id)).length).toBeGreaterThan(0);
  expect((await person.download(run.outputs[0]!.id)).toString()).toBe('precious\n');
  const again = await person.ok('POST', `/executions/${run.id}/copy/`, {});
  expect(await person.end(again.id, 60)).toMatchObject({ status: 'complete', counter: 2 });
}

describe.skipIf(missing)('dumps of a cluster’s PostgreSQL', () => {
  let made: Work;

  test(
    'the nightly dump brings projects, executions and data back, with all that Vault keeps',
    async () => {
      const person = await serve(at);
      made = await work(person);
      await nightly();
      const [file = ''] = await readdir(join(pod, 'backup'));
      expect(file).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.sql\.gz$/);

      await person.ok('DELETE', `/projects/${made.project.id}/`);
      await person.ok('POST', '/projects/', { name: 'younger' });
      // As long as somebody is connected nothing is touched.
      const refused = await nightly({ RESTORE: file }).catch((error: { stderr: string }) => error);
      expect(refused.stderr).toMatch(/Still connected: .*cove_api.*vault.*scale what they belong to down/);
      expect((await person.ok('GET', '/projects/')).results).toHaveLength(1);

      await end();
      await at.vault.stop();
      expect((await nightly({ RESTORE: file })).stdout).toContain(`Restored from ${file}.`);
      await at.vault.restart();
      const back = await serve(at);
      await isThere(back, made);
      expect((await back.ok('GET', '/projects/')).results).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  test('a dump that was cut short restores nothing', async () => {
    const [whole = ''] = await readdir(join(pod, 'backup'));
    const content = await readFile(join(pod, 'backup', whole));
    await writeFile(join(pod, 'backup', 'half.sql.gz'), content.subarray(0, content.length / 2));
    await end();
    await at.vault.stop();
    await expect(nightly({ RESTORE: 'half.sql.gz' })).rejects.toThrow(/unexpected end of file/);
    await at.vault.restart();
    expect((await (await serve(at)).ok('GET', '/projects/')).results).toHaveLength(1);
  });

  test(
    'the last copy that a purge makes brings all of it back in a new installation',
    async () => {
      const copies = await purged();
      const folder = /is in (.*);/.exec(copies[0]!)?.[1] ?? '';
      expect((await stat(join(folder, 'database.sql.gz'))).mode & 0o777).toBe(0o600);
      expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600);
      const { items } = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8'));
      expect(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(KEPT);
      await end();

      const next = await installation();
      try {
        await next.vault.stop();
        await restoreInto(next, join(folder, 'database.sql.gz'));
        for (const { metadata, data } of items)
          await writeFile(fileOf(next, metadata.name), Buffer.from(data.value, 'base64'));
        await next.vault.restart();
        await next.bootstrap();
        await cp(join(at.folder, 'store'), join(next.folder, 'store'), { recursive: true });
        const person = await serve(next);
        expect(await person.ok('GET', `/executions/${made.run.id}/`)).toMatchObject({ status: 'complete' });
        expect((await person.download(made.run.outputs[0]!.id)).toString()).toBe('precious\n');
        await person.end((await person.ok('POST', `/executions/${made.run.id}/copy/`, {})).id, 60);
      } finally {
        await end();
        await next.stop();
      }
    },
    PATIENCE_MS,
  );

  test('a purge without a running PostgreSQL is refused until that is named; a dump that fails is told', async () => {
    await expect(purged({ running: false })).rejects.toMatchObject({
      exitCode: 4,
      todo: expect.stringContaining('--allow-data-loss database'),
    });
    expect(await purged({ running: false, without: 'database' })).toHaveLength(2);
    await expect(purged({ password: 'wrong' })).rejects.toThrow(
      /exit code 1.*password authentication failed/s,
    );
  });
});

/** Secrets that a purge copies, in the order of the state. */
const KEPT = [
  'vault-seal',
  'vault-database',
  'approle-operator',
  'approle-api',
  'approle-scheduler',
  'vault-recovery',
  'administrator',
];
/** Where the test's installation has what a Secret holds in a cluster. */
const fileOf = ({ folder, settings }: BareInstallation, secret: string) =>
  secret === 'vault-seal'
    ? join(folder, 'vault', 'vault.seal')
    : secret === 'vault-database'
      ? settings.database.vaultPasswordFile!
      : join(folder, 'keys', `${secret}.json`);

/** What `destroy --purge` keeps of the installation, as it tells it. */
async function purged({ running = true, without = '', password = SUPERUSER_PASSWORD } = {}) {
  const passwordFile = join(pod, 'superuser');
  await writeFile(passwordFile, password);
  const secrets = await Promise.all(
    KEPT.map(async (name) => [name, (await readFile(fileOf(at, name))).toString('base64')] as const),
  );
  const server: PodExec = await podExec({
    namespace: 'cove-prod',
    pod: running ? 'database-0' : undefined,
    secrets: Object.fromEntries(secrets),
    env: { ...connection(), POSTGRES_USER: SUPERUSER, POSTGRES_PASSWORD_FILE: passwordFile },
  });
  const kubeconfig = join(pod, 'kubeconfig');
  const named = (name: string, more: object) => [{ name, ...more }];
  await writeFile(
    kubeconfig,
    JSON.stringify({
      contexts: named('lab', { context: { cluster: 'lab', user: 'me' } }),
      clusters: named('lab', { cluster: { server: server.url } }),
      users: named('me', { user: { token: 'only-for-tests' } }),
    }),
  );
  vi.stubEnv('KUBECONFIG', kubeconfig);
  vi.stubEnv('COVE_HOME', join(pod, 'home'));
  const resource = (kind: string) => (name: string) => ({
    urn: `urn:x::${name}`,
    type: `kubernetes:core/v1:${kind}`,
    id: `cove-prod/${name}`,
  });
  const kept = [
    ...['database', 'queue', 'storage'].map(resource('PersistentVolumeClaim')),
    ...['database', ...KEPT].map(resource('Secret')),
  ].filter(({ urn }) => urn !== `urn:x::${without}`);
  const config = { context: 'lab', given: {} } as KubernetesConfig;
  return lastBackup('prod', config, kept, () => {}).finally(() => {
    vi.unstubAllEnvs();
    server.close();
  });
}

/** As the page has it: the program in the pod of PostgreSQL reads the dump. */
async function restoreInto({ postgres }: BareInstallation, dump: string) {
  const passwordFile = join(pod, 'superuser');
  await writeFile(passwordFile, SUPERUSER_PASSWORD);
  const script = join(pod, 'restore.sh');
  await writeFile(script, restoreScript(SUPERUSER, passwordFile));
  const env = { ...connection(), PGPORT: String(postgres.address.port) };
  await execute('bash', ['-c', `bash ${script} < '${dump}'`], { env });
}
