/**
 * The life of a stack of workers by the command line. Its installation is a real one, and so is the scaler: a process, told
 * what its host is told at its first boot. Its machine is this one, which joins by a document that the test has signed.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { PROTOCOL_VERSION } from '../../../app/protocol/worker.ts';
import { Api } from '../../support/api.ts';
import { type Server, startServer, until } from '../../support/process.ts';
import { type ServedInstallation, servedInstallation } from '../../support/served-installation.ts';
import { serveWorkerStacks } from '../../support/worker-stack-provider.ts';
import { type CommandLine, commandLine, IMAGES, type Outcome } from './command.ts';
import type { CommandedWorkers, Signer } from './commanded/workers.ts';
import { stackTargets } from './worker-stacks.ts';

const PATIENCE_MS = 10 * 60_000;
const MAIN = fileURLToPath(new URL('../../../app/main.ts', import.meta.url));
const group = 'cove-life-worker-small';

export function workersByCommand(of: CommandedWorkers): void {
  const INIT = ['init', ...of.init];
  const target = stackTargets.find(({ name }) => name === of.init[0])!;
  let signer: Signer;
  const servers: Server[] = [];
  let provider: Awaited<ReturnType<typeof serveWorkerStacks>>;
  let at: CommandLine;
  let served: ServedInstallation;
  let home: Api;
  const cove = (...args: string[]) => at.cove(args, { COVE_TOKEN: home.token });
  const unknown = (...args: string[]) => at.cove(args, { COVE_TOKEN: '' });
  const done = ({ code, stdout, stderr }: Outcome) => {
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    return stdout;
  };

  beforeAll(async () => {
    let credential = { username: '', password: '' };
    signer = await of.signer();
    provider = await serveWorkerStacks(({ environments, proof, ...wanted }) => ({
      ...wanted,
      proof: { ...proof, ...signer.trust },
      environments: environments.map((one) => ({ ...one, executor: 'process' })),
    }));
    at = await commandLine({
      ...of.cloud,
      fake: { ...of.cloud.fake, providers: { cove: provider.port } },
      open: (folder) => of.cloud.open(folder, 'scaler'),
    });
    served = await servedInstallation({
      publicName: 'cove.example.org',
      slug: 'home',
      credential: {
        keep: (text) => {
          credential = JSON.parse(text);
        },
      },
      join: {
        // Its own machines, of which there are none here.
        proof: { kind: 'aws', accountId: '210987654321', region: 'eu-north-1' },
        image: `registry.example.org/cove/platform@sha256:${'a'.repeat(64)}`,
        registry: { kind: 'none' },
        withinMinutes: 60,
      },
    });
    const trusted = [...getCACertificates('default'), await readFile(served.caFile, 'utf8')];
    setDefaultCACertificates(trusted);
    home = await Api.login(served.url, credential.username, credential.password);
    // Our own provider, which the engine asks, is this process.
    process.env.COVE_TOKEN = home.token;
  }, 240_000);
  afterAll(async () => {
    for (const server of servers.toReversed()) await server.stop();
    await served?.close();
    await at?.close();
    await provider?.close();
    signer?.close();
    delete process.env.COVE_TOKEN;
  });

  const file = (name: string, text: string) => {
    const path = join(at.folder, name);
    return writeFile(path, text, { mode: 0o600 }).then(() => path);
  };
  const start = async (name: string, settings: object) => {
    const args = [MAIN, '--settings', await file(`${name}.json`, JSON.stringify(settings))];
    const env = Object.entries({ ...at.beside.env, ...at.beside.machineEnv });
    const told = env.map(([key, value]) => `${key}=${value}`);
    servers.push(await startServer('env', [...told, process.execPath, ...args], () => true));
  };

  /** The group that the stack has made, and the scaler, as its host starts it. */
  async function bootScaler(): Promise<void> {
    await of.makeGroup?.(at.beside);
    const { cloud } = at.fake;
    const document = target.documents(cloud).find((text) => text.includes('/etc/cove/scaler.json')) ?? '';
    const { write_files: files } = JSON.parse(document.replace('#cloud-config\n', ''));
    const told = files.find(({ path }: { path: string }) => path === '/etc/cove/scaler.json').content;
    const { secretStore, ...settings } = JSON.parse(told);
    expect(secretStore.entries).toHaveLength(1);
    const tokenFile = await file('scaler-token', String(target.token(cloud)));
    await start('scaler', { ...settings, certificateAuthorityFiles: [served.caFile], tokenFile });
  }

  /** What a machine of the group does at its first boot. */
  async function bootMachine(): Promise<void> {
    const id = await until('a machine', async () => (await of.machines(at.beside))[0] ?? null, 120);
    const token = randomBytes(20).toString('hex');
    const body = JSON.stringify({
      protocol: PROTOCOL_VERSION,
      stack: 'life',
      proof: await signer.proof(id, served.url),
      token_sha256: createHash('sha256').update(token).digest('hex'),
    });
    const headers = { 'content-type': 'application/json' };
    const joined = () => fetch(`${served.url}/api/worker/v1/join`, { method: 'POST', headers, body });
    // Its scaler tells of it within seconds.
    await until('the machine to join', async () => (await joined()).ok, 60);
    await start('worker', {
      role: 'worker',
      name: id,
      apiUrl: served.url,
      caFile: served.caFile,
      tokenFile: await file('worker-token', token),
      folder: join(at.folder, 'worker'),
      executors: ['process'],
      relay: true,
    });
  }

  test(
    'init asks for less than an installation does; an installation that would say no makes nothing',
    async () => {
      expect(done(await at.cove([...INIT, `--joins=${served.url}`]))).toContain(of.state);
      const text = (await readFile(at.file, 'utf8'))
        .replace(/^images: .*$/m, IMAGES.replace(/, vault: '[^']*'/, ''))
        .replace(/^certificateAuthorities: .*$/m, `certificateAuthorities: ['${served.caFile}']`);
      await writeFile(at.file, text);
      const without = await unknown('up', '--yes');
      expect(without.code, without.stderr).toBe(4);
      expect(without.stderr).toContain('COVE_TOKEN is not set');

      await writeFile(at.file, text.replace('slug: small', 'slug: home'));
      const taken = await cove('up', '--yes');
      expect(taken.code, taken.stderr).toBe(4);
      expect(taken.stderr).toContain("Environment home is of the installation's own config");
      expect(at.fake.cloud.all()).toEqual([]);
      await writeFile(at.file, text);
    },
    PATIENCE_MS,
  );

  test(
    'up ends when the scaler asks for work and a job has run on one of its machines; again, and nothing changes',
    async () => {
      onTestFailed(() => console.error(servers.map((server) => server.output()).join('\n---\n')));
      const up = cove('up', '--yes', '--wait', '5');
      const entered = async () => (await home.call('GET', '/worker-stacks/life/')).status === 200;
      const ended = up.then((outcome) => {
        throw new Error(`${outcome.stdout}\n${outcome.stderr}`);
      });
      await Promise.race([until('the stack to be entered', entered, 400), ended]);
      await bootScaler();
      await Promise.race([bootMachine(), ended]);
      ended.catch(() => {});
      const stdout = done(await up);
      expect(stdout).toContain(`Workers "life" of ${served.url} are up.`);
      expect(stdout).toMatch(/proven {4}by execution 1 of project example: https:\/\/127\.0\.0\.1:\d+\/p\//);

      expect(JSON.parse(done(await cove('up', '--yes', '--json')))).toMatchObject({
        changes: 0,
        proof: null,
      });
      expect(JSON.parse(done(await cove('preview', '--json')))).toMatchObject({
        changes: 0,
        joins: served.url,
        egress: expect.arrayContaining([of.egress]),
      });
    },
    PATIENCE_MS,
  );

  test(
    'status, doctor and logs tell of its groups, its scaler and its log',
    async () => {
      const status = JSON.parse(done(await cove('status', '--json')));
      expect(status).toMatchObject({
        well: true,
        joins: served.url,
        logGroup: expect.stringContaining(of.logGroup),
        groups: [{ environment: 'small', group, machines: 1, wanted: 1, ceiling: 10, trouble: null }],
      });
      const blind = await unknown('status');
      expect(blind.stdout).toContain('COVE_TOKEN is not set');
      expect(blind.stdout).toMatch(/log group {2}\S+/);
      expect(blind.stdout).toContain(of.logGroup);
      const doctor = done(await cove('doctor'));
      expect(doctor).toContain(`takes workers "life"`);
      expect(doctor).toMatch(/scaler: asked for work \d+ s ago/);
      expect(done(await cove('logs', 'boot'))).toContain('Linux version');
      done(await cove('logs', 'scaler'));
      // Where no command reaches a host, its cloud's log service is asked.
      if (target.name !== 'gcp')
        expect(await at.beside.commands()).toContainEqual(
          expect.stringContaining('journalctl -u cove-scaler'),
        );
      expect((await cove('logs', 'api')).code).toBe(2);
    },
    PATIENCE_MS,
  );

  test(
    'destroy takes the entry away, leaves the key, and a purge takes that',
    async () => {
      const { cloud } = at.fake;
      done(await cove('destroy', '--yes'));
      expect((await home.call('GET', '/worker-stacks/life/')).status).toBe(404);
      expect(cloud.all(of.types.gone)).toEqual([]);
      expect(cloud.all(of.types.kept)).toHaveLength(1);
      done(await cove('destroy', '--yes', '--purge', 'life'));
      expect(cloud.listing()).toEqual([]);
    },
    PATIENCE_MS,
  );
}
