/**
 * The services of an installation as a host of a cloud runs them: bootstrap, API and scheduler with identities of their
 * own, a worker over TLS; the administrator's password in Secrets Manager (moto).
 */
import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { bareInstallation } from './bare-installation.ts';
import { testCertificates } from './certificates.ts';
import { freePort, type Server, startServer } from './process.ts';

const MAIN = fileURLToPath(new URL('../../app/main.ts', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../app/example', import.meta.url));
const run = promisify(execFile);

export interface ServedOptions {
  /** Installation. */
  name: string;
  region: string;
  /** Of moto. */
  endpoint: string;
  publicName: string;
  /** Of the environment that its worker serves. */
  slug: string;
}
export interface ServedInstallation {
  /** Where it answers over HTTPS. */
  url: string;
  /** Authority of its certificate. */
  caFile: string;
  close(): Promise<void>;
}

export async function servedInstallation(options: ServedOptions): Promise<ServedInstallation> {
  const { name, region, endpoint, publicName, slug } = options;
  const [at, tls] = await Promise.all([bareInstallation(), testCertificates([publicName], ['127.0.0.1'])]);
  const servers: Server[] = [];
  const close = async () => {
    for (const server of servers.toReversed()) await server.stop();
    await at.stop();
  };
  try {
    const aws = new SecretsManagerClient({ region, endpoint });
    const { ARN: secret = '' } = await aws.send(
      new CreateSecretCommand({ Name: `cove-${name}/administrator-1234567` }),
    );
    aws.destroy();
    const credentialFile = join(at.folder, 'keys', 'administrator.json');
    const tokenFile = join(at.folder, 'keys', 'worker-one.token');
    at.settings.administrator.credentialFile = credentialFile;
    at.settings.secretStore = {
      kind: 'aws',
      region,
      endpoint,
      entries: [{ file: credentialFile, secret, written: true }],
    };
    const [environment] = at.settings.environments;
    at.settings.environments = [
      { ...environment!, slug, executor: 'process', workers: [{ name: 'one', tokenFile }] },
    ];
    await at.bootstrap();

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
        publicUrl: `https://${publicName}`,
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
