/**
 * The services of an installation as a host of a cloud runs them: bootstrap, API and scheduler with identities of their
 * own, a worker over TLS; the administrator's password where the cloud keeps secrets.
 */
import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BootstrapSettings, JoinSettings } from '../../app/settings.ts';
import { bareInstallation } from './bare-installation.ts';
import { testCertificates } from './certificates.ts';
import { freePort, type Server, startServer } from './process.ts';

const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../app/example', import.meta.url));
const run = promisify(execFile);

export interface ServedOptions {
  publicName: string;
  /** Of the environment that its worker serves. */
  slug: string;
  credential: Credential;
  /** By what its own machines join: stacks of workers may then, too, at the address where it answers. */
  join?: JoinSettings;
}
/** The first credential: bootstrap itself writes it into the cloud's secret store, or it is put there. */
export interface Credential {
  /** Settings of bootstrap for this file. */
  store?(file: string): Promise<BootstrapSettings['secretStore']>;
  /** Told what was written. */
  keep?(text: string): void;
}
export interface ServedInstallation {
  /** Where it answers over HTTPS. */
  url: string;
  /** Authority of its certificate. */
  caFile: string;
  close(): Promise<void>;
}

export async function servedInstallation(options: ServedOptions): Promise<ServedInstallation> {
  const { publicName, slug, credential, join: joining } = options;
  const [at, tls] = await Promise.all([bareInstallation(), testCertificates([publicName], ['127.0.0.1'])]);
  const servers: Server[] = [];
  const close = async () => {
    for (const server of servers.toReversed()) await server.stop();
    await at.stop();
  };
  try {
    const credentialFile = join(at.folder, 'keys', 'administrator.json');
    const tokenFile = join(at.folder, 'keys', 'worker-one.token');
    at.settings.administrator.credentialFile = credentialFile;
    const store = await credential.store?.(credentialFile);
    if (store !== undefined) at.settings.secretStore = store;
    const [environment] = at.settings.environments;
    at.settings.environments = [
      { ...environment!, slug, executor: 'process', workers: [{ name: 'one', tokenFile }] },
    ];
    await at.bootstrap();
    credential.keep?.(await readFile(credentialFile, 'utf8'));

    const start = async (role: string, settings: object, ready: () => boolean | Promise<boolean>) => {
      const file = join(at.folder, `${role}.json`);
      await writeFile(file, JSON.stringify(settings));
      servers.push(await startServer(process.execPath, [MAIN, '--settings', file], ready));
    };
    const port = await freePort();
    const api = at.service('api');
    const answers = () =>
      fetch(`http://127.0.0.1:${api.http.port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await start(
      'api',
      {
        ...api,
        publicUrl: joining === undefined ? `https://${publicName}` : `https://127.0.0.1:${port}`,
        ...(joining && { join: joining }),
        https: { host: '127.0.0.1', port, certificateFile: tls.certificateFile, keyFile: tls.keyFile },
        exampleRepository: await makeExample(at.folder),
      },
      answers,
    );
    const url = `https://127.0.0.1:${port}`;
    const worker = {
      role: 'worker',
      name: 'one',
      apiUrl: url,
      caFile: tls.caFile,
      tokenFile,
      folder: join(at.folder, 'worker'),
      executors: ['process'],
    };
    await Promise.all([
      start('scheduler', at.service('scheduler'), () => true),
      start('worker', worker, () => true),
    ]);
    return { url, caFile: tls.caFile, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As the image has it: the example in a bare repository. */
async function makeExample(folder: string): Promise<string> {
  const work = join(folder, 'example');
  await cp(EXAMPLE, work, { recursive: true });
  const git = (...args: string[]) =>
    run('git', ['-C', work, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]);
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  await git('commit', '-qm', 'The example');
  const bare = join(folder, 'example.git');
  await git('clone', '-q', '--bare', work, bare);
  return bare;
}
