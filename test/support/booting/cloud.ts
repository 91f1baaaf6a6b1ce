/**
 * A cloud for machines that boot: its services under their real names, with an authority of the test's own, a registry,
 * PostgreSQL and Redis with TLS; and what the stack would have put there before the first host. What differs between the
 * clouds is told by `Cloud`, one file for each.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AppHostBoot, ScalerBoot, SecretEntry, WorkerBoot } from '../../../components/boot/contract.ts';
import { type EnvironmentBoot, environmentsText } from '../../../components/boot/environments.ts';
import { buildImages } from '../../../toolchain/image/main.js';
import { BASE, hostImage } from '../../setup/images.ts';
import { workerArgs } from '../boot.ts';
import { type TestCertificates, testCertificates } from '../certificates.ts';
import { docker, dockerHost } from '../docker.ts';
import { SUPERUSER, SUPERUSER_PASSWORD, startPostgres } from '../postgres-server.ts';
import { PASSWORD, startRegistry, USERNAME } from '../registry-server.ts';
import { type CloudNetwork, startCloudNetwork, type Target } from './network.ts';

const PUBLIC_NAME = 'cove.example.com';
const POSTGRES_PORT = 5432;

/** What there is before the cloud's own things are made. */
export interface Ground {
  folder: string;
  network: CloudNetwork;
  certificates: TestCertificates;
  /** Ended with the cloud, the last one first. */
  started<T>(starting: Promise<T>, stop: (it: T) => unknown): Promise<T>;
}

/** The cloud's secret store. */
export interface Secrets {
  /** Without a text: as the stack makes an entry that bootstrap fills. */
  make(name: string, text?: string): Promise<SecretEntry>;
  read(entry: SecretEntry): Promise<string>;
  write(entry: SecretEntry, text: string): Promise<void>;
}

/** What of it is the cloud's own, once it runs. */
export interface Services {
  /** Where HTTPS by this name leads, except the platform's; `registry`: the real one. */
  https(name: string, registry: Target): Target | undefined;
  secrets: Secrets;
  /** Trusted by every machine, before the test's own. */
  authorities?: string[];
  appHost: Pick<AppHostBoot, 'registry' | 'secretStore' | 'queue' | 'storage' | 'join'>;
  environments: EnvironmentBoot[];
  worker: Pick<WorkerBoot, 'proof' | 'relay'>;
  /** As `cove password --reset` does it, where that is no command on the host. */
  resetPassword?(): void;
  /** What the metadata service tells a machine with the application host's identity, and one of the workers' group. */
  metadata: { appHost: RequestListener; worker: RequestListener };
}

export interface Cloud {
  /** Whatever is below them lies in the cloud. */
  zones: string[];
  /** Whom its certificate is for. */
  names: string[];
  /** Whom machines ask for names. @default the network */
  resolver?: string;
  registry: string;
  database: string;
  /** As the cloud takes a document for a machine's first boot. */
  userData(document: string): Buffer;
  start(ground: Ground): Promise<Services>;
}

export interface BootingCloud {
  network: CloudNetwork;
  /** What the stack tells the application host, and a worker. */
  appHost: AppHostBoot;
  worker: WorkerBoot;
  /** What a worker stack tells its scaler, whose token is this: of the one group that there is. */
  scaler(stack: string, token: string): Promise<ScalerBoot>;
  /** What every machine trusts. */
  authorities: string[];
  metadata: Services['metadata'];
  resetPassword?: Services['resetPassword'];
  /** Where the load balancer, that is the public name, leads to. */
  balance(to: { address: string }): void;
  read: Secrets['read'];
  /** What the stack has told of them. */
  environments: EnvironmentBoot[];
  /** As `up` does when the config has others. */
  tellEnvironments(environments: EnvironmentBoot[]): Promise<void>;
  close(): Promise<void>;
}

export async function startBootingCloud(cloud: Cloud): Promise<BootingCloud> {
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const one of closing.reverse()) await one();
  };
  try {
    return { ...(await start(cloud, closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(cloud: Cloud, closing: (() => unknown)[]): Promise<Omit<BootingCloud, 'close'>> {
  process.env.DOCKER_HOST = dockerHost;
  const folder = await mkdtemp(join(tmpdir(), 'cove-boot-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const started: Ground['started'] = (starting, stop) =>
    starting.then((it) => {
      closing.push(() => stop(it));
      return it;
    });
  const network = await started(startCloudNetwork([...cloud.zones, '.example.com']), (it) => it.close());
  const certificates = await testCertificates([...cloud.names, PUBLIC_NAME, cloud.database]);
  const [services, registry, postgres, made] = await Promise.all([
    cloud.start({ folder, network, certificates, started }),
    started(startRegistry(), (it) => it.stop()),
    started(startPostgres(folder, { template: false, tls: certificates }), (it) => it.stop()),
    mkdtemp(join(folder, 'image-')).then((to) => buildImages({ base: BASE, to, archives: false })),
    hostImage(dockerHost),
  ]);
  const { secrets } = services;

  let balanced: { address: string } | undefined;
  const https = (name: string) => {
    if (name === PUBLIC_NAME) return balanced && { host: balanced.address, port: 8000 };
    return services.https(name, here(registry.host.split(':')[1]!));
  };
  await network.pass(443, https, { cert: certificates.certificate, key: certificates.key });
  await network.pass(POSTGRES_PORT, () => here(postgres.address.port));

  const authorities = [...(services.authorities ?? []), certificates.ca];
  const machine = { installPackages: false, certificateAuthorities: authorities };
  const superuser = JSON.stringify({ username: SUPERUSER, password: SUPERUSER_PASSWORD });
  const push = (image: string, name: string) =>
    pushImage({ folder, at: registry.host, as: cloud.registry, image, name });
  const publicUrl = `https://${PUBLIC_NAME}`;
  const appHost: AppHostBoot = {
    installation: 'prod',
    ...machine,
    publicUrl,
    images: {
      platform: await push(made.platform!.image, 'platform'),
      vault: await push(made.vault!.image, 'vault'),
    },
    secrets: {
      databaseSuperuser: { ...(await secrets.make('database', superuser)), field: 'password' },
      vaultSeal: await secrets.make('vault-seal', randomBytes(32).toString('base64')),
      vaultDatabase: await secrets.make('vault-database', randomBytes(24).toString('hex')),
    },
    written: {
      vaultRecovery: await secrets.make('vault-recovery'),
      approleOperator: await secrets.make('approle-operator'),
      approleApi: await secrets.make('approle-api'),
      approleScheduler: await secrets.make('approle-scheduler'),
      administrator: await secrets.make('administrator'),
    },
    database: {
      host: cloud.database,
      port: POSTGRES_PORT,
      superuser: SUPERUSER,
      authority: { pem: certificates.ca },
    },
    administrator: { username: 'admin', email: 'ops@example.com', organization: 'cove' },
    environments: await secrets.make('environments', environmentsText(services.environments)),
    ...services.appHost,
  };
  return {
    network,
    appHost,
    worker: { ...workerArgs(), ...machine, apiUrl: publicUrl, ...services.worker },
    scaler: async (stack, token) => ({
      ...machine,
      installation: stack,
      apiUrl: publicUrl,
      image: appHost.images.platform,
      registry: services.appHost.registry,
      secretStore: services.appHost.secretStore,
      token: await secrets.make('scaler-token', token),
      groups: [services.environments[0]!.environment.machines!.group],
    }),
    environments: services.environments,
    authorities,
    metadata: services.metadata,
    resetPassword: services.resetPassword,
    balance(to) {
      balanced = to;
    },
    read: (entry) => secrets.read(entry),
    tellEnvironments: (all) => secrets.write(appHost.environments, environmentsText(all)),
  };
}

/** On this machine. */
export const here = (port: number | string): Target => ({ host: '127.0.0.1', port: Number(port) });

interface Pushed {
  folder: string;
  /** Where the registry listens, and its real name. */
  at: string;
  as: string;
  image: string;
  name: string;
}
/** Gives its reference by digest, under the registry's real name. */
async function pushImage({ folder, at, as, image, name }: Pushed): Promise<string> {
  const repository = `cove-prod/${name}`;
  const client = (...args: string[]) =>
    promisify(execFile)('docker', ['--config', join(folder, 'docker'), ...args]);
  await client('login', '--username', USERNAME, '--password', PASSWORD, at);
  await docker('tag', image, `${at}/${repository}:1`);
  const { stdout } = await client('push', `${at}/${repository}:1`);
  await docker('rmi', `${at}/${repository}:1`);
  return `${as}/${repository}@${/digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1]}`;
}
