/**
 * AWS for machines that boot: moto under its real names, with an authority of the test's own, a registry, PostgreSQL and
 * Redis with TLS; and what the stack would have put there before the first host.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Redis } from 'ioredis';
import type { AppHostBoot, SecretEntry } from '../../components/boot/contract.ts';
import { type EnvironmentBoot, environmentsText } from '../../components/boot/environments.ts';
import { queueUsers } from '../../components/queue-users.ts';
import { buildImages } from '../../toolchain/image/main.js';
import { BASE, hostImage } from '../setup/images.ts';
import { appHostArgs, environmentsArgs } from './boot.ts';
import { testCertificates } from './certificates.ts';
import { type CloudNetwork, type Metadata, startCloudNetwork } from './cloud-network.ts';
import { docker, dockerHost } from './docker.ts';
import { identitySigner } from './identity-document.ts';
import { startMoto } from './moto-server.ts';
import { SUPERUSER, SUPERUSER_PASSWORD, startPostgres } from './postgres-server.ts';
import { ADMIN, ADMIN_PASSWORD, startRedis } from './redis-server.ts';
import { PASSWORD, startRegistry, USERNAME } from './registry-server.ts';

const REGION = 'eu-north-1';
const ACCOUNT = '123456789012';
const GROUP = 'cove-prod-cpu';
const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const PUBLIC_NAME = 'cove.example.com';

export interface BootingCloud {
  network: CloudNetwork;
  /** What the stack tells the application host. */
  appHost: AppHostBoot;
  /** What every machine trusts. */
  authorities: string[];
  /** What the metadata service tells a machine with the application host's role, and one of the workers' group. */
  metadata: { appHost: Metadata; worker: Metadata };
  /** Where the load balancer, that is the public name, leads to. */
  balance(to: { address: string }): void;
  read({ secret }: SecretEntry): Promise<string>;
  /** What the stack has told of them. */
  environments: EnvironmentBoot[];
  /** As `up` does when the config has others. */
  tellEnvironments(environments: EnvironmentBoot[]): Promise<void>;
  close(): Promise<void>;
}

export async function startBootingCloud(): Promise<BootingCloud> {
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const one of closing.reverse()) await one();
  };
  try {
    return { ...(await start(closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(closing: (() => unknown)[]): Promise<Omit<BootingCloud, 'close'>> {
  process.env.DOCKER_HOST = dockerHost;
  const folder = await mkdtemp(join(tmpdir(), 'cove-boot-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const given = appHostArgs();
  const zone = `${REGION}.amazonaws.com`;
  const certificates = await testCertificates([
    ...[`*.${zone}`, `*.s3.${zone}`, `*.dkr.ecr.${zone}`, `api.ecr.${zone}`],
    ...[PUBLIC_NAME, given.database.host, given.queue.host],
  ]);
  const tls = { cert: certificates.certificate, key: certificates.key };
  const started = <T>(starting: Promise<T>, stop: (it: T) => unknown) =>
    starting.then((it) => {
      closing.push(() => stop(it));
      return it;
    });
  const [moto, registry, redis, postgres, network, made] = await Promise.all([
    started(startMoto(), ({ server }) => server.stop()),
    started(startRegistry(), (it) => it.stop()),
    started(startRedis(folder), (it) => it.stop()),
    started(startPostgres(folder, { template: false, tls: certificates }), (it) => it.stop()),
    started(startCloudNetwork(['.amazonaws.com', '.example.com']), (it) => it.close()),
    mkdtemp(join(folder, 'image-')).then((to) => buildImages({ base: BASE, to, archives: false })),
    hostImage(dockerHost),
  ]);
  const aws = { region: REGION, endpoint: moto.endpoint };
  const local = (port: number | string) => ({ host: '127.0.0.1', port: Number(port) });
  let balanced: { address: string } | undefined;
  const https = (name: string) => {
    if (name === PUBLIC_NAME) return balanced && { host: balanced.address, port: 8000 };
    return local(name === REGISTRY ? registry.host.split(':')[1]! : new URL(moto.endpoint).port);
  };
  await network.pass(443, https, tls);
  await network.pass(given.database.port, () => local(postgres.address.port));
  await network.pass(given.queue.port, () => local(redis.address.port), tls);

  const signer = identitySigner();
  closing.push(() => signer.close());
  const secrets = new SecretsManagerClient(aws);
  closing.push(() => secrets.destroy());
  const entry = async (Name: string, SecretString?: string) => {
    const { ARN } = await secrets.send(
      new CreateSecretCommand({ Name, ...(SecretString && { SecretString }) }),
    );
    return { secret: ARN! };
  };
  const passwords = await makeUsers(redis.address);
  const user = async (name: string) => ({
    user: name,
    password: await entry(`queue-${name}`, passwords[name]),
  });
  await makeBuckets(aws);
  const instanceId = await makeGroup(aws);
  const worker = await user('worker-cpu');
  const environments = environmentsArgs().map((one) => ({ ...one, queueUser: worker }));
  // The first of the authorities in their file is also the one that is asked for identity documents.
  const authorities = [await readFile(signer.certificateFile, 'utf8'), certificates.ca];
  const superuser = JSON.stringify({ username: SUPERUSER, password: SUPERUSER_PASSWORD });
  const push = (image: string, name: string) => pushImage({ folder, at: registry.host, image, name });
  const appHost: AppHostBoot = {
    ...given,
    installPackages: false,
    certificateAuthorities: authorities,
    images: {
      platform: await push(made.platform!.image, 'platform'),
      vault: await push(made.vault!.image, 'vault'),
    },
    registry: { kind: 'aws', host: REGISTRY, region: REGION },
    secrets: {
      databaseSuperuser: { ...(await entry('database', superuser)), field: 'password' },
      vaultSeal: await entry('vault-seal', randomBytes(32).toString('base64')),
      vaultDatabase: await entry('vault-database', randomBytes(24).toString('hex')),
    },
    // Without a text: as the stack makes an entry that bootstrap fills.
    written: {
      vaultRecovery: await entry('vault-recovery'),
      approleOperator: await entry('approle-operator'),
      approleApi: await entry('approle-api'),
      approleScheduler: await entry('approle-scheduler'),
      administrator: await entry('administrator'),
    },
    database: { ...given.database, superuser: SUPERUSER, authority: { pem: certificates.ca } },
    queue: {
      ...given.queue,
      users: { kind: 'managed', api: await user('api'), scheduler: await user('scheduler') },
    },
    environments: await entry('environments', environmentsText(environments)),
    join: {
      proof: {
        kind: 'aws',
        accountId: ACCOUNT,
        region: REGION,
        certificateFile: '/etc/cove/authorities.pem',
      },
    },
  };
  return {
    network,
    appHost,
    environments,
    authorities,
    metadata: {
      appHost: roleMetadata('cove-prod-app-host'),
      worker: {
        'dynamic/instance-identity/rsa2048': () =>
          signer
            .sign({ accountId: ACCOUNT, region: REGION, instanceId, pendingTime: new Date().toISOString() })
            .replace(/(.{64})/g, '$1\n'),
      },
    },
    balance(to) {
      balanced = to;
    },
    async read({ secret }) {
      return (await secrets.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString!;
    },
    async tellEnvironments(all) {
      const SecretString = environmentsText(all);
      await secrets.send(new PutSecretValueCommand({ SecretId: appHost.environments.secret, SecretString }));
    },
  };
}

/** The role's keys, as an instance finds them. */
function roleMetadata(role: string): Metadata {
  const iam = 'meta-data/iam/security-credentials/';
  const keys = { AccessKeyId: 'test', SecretAccessKey: 'test', Token: 'test' };
  return {
    [iam]: () => role,
    [`${iam}${role}`]: () =>
      JSON.stringify({
        ...{ Code: 'Success', Type: 'AWS-HMAC', ...keys, LastUpdated: new Date().toISOString() },
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
  };
}

/** Gives its reference by digest, under the registry's real name. */
async function pushImage(what: { folder: string; at: string; image: string; name: string }): Promise<string> {
  const { folder, at, image, name } = what;
  const repository = `cove-prod/${name}`;
  const client = (...args: string[]) =>
    promisify(execFile)('docker', ['--config', join(folder, 'docker'), ...args]);
  await client('login', '--username', USERNAME, '--password', PASSWORD, at);
  await docker('tag', image, `${at}/${repository}:1`);
  const { stdout } = await client('push', `${at}/${repository}:1`);
  await docker('rmi', `${at}/${repository}:1`);
  return `${REGISTRY}/${repository}@${/digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1]}`;
}

/** As ElastiCache has them from the stack. Gives their passwords. */
async function makeUsers(address: { host: string; port: number }): Promise<Record<string, string>> {
  const passwords: Record<string, string> = {};
  const redis = new Redis({ ...address, username: ADMIN, password: ADMIN_PASSWORD });
  for (const { name, access } of queueUsers(['cpu'])) {
    passwords[name] = randomBytes(24).toString('hex');
    await redis.call('ACL', 'SETUSER', name, ...access.split(' '), `>${passwords[name]}`);
  }
  redis.disconnect();
  return passwords;
}

/** With one machine in it; gives its id. */
async function makeGroup(aws: { region: string; endpoint: string }): Promise<string> {
  const client = new AutoScalingClient(aws);
  const launch = { LaunchConfigurationName: GROUP, ImageId: 'ami-12c6146b', InstanceType: 't3.small' };
  await client.send(new CreateLaunchConfigurationCommand(launch));
  const sizes = { MinSize: 0, MaxSize: 4, DesiredCapacity: 1, AvailabilityZones: [`${REGION}a`] };
  const named = { AutoScalingGroupName: GROUP, LaunchConfigurationName: GROUP };
  await client.send(new CreateAutoScalingGroupCommand({ ...named, ...sizes }));
  const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand({}));
  client.destroy();
  return AutoScalingGroups![0]!.Instances![0]!.InstanceId!;
}

async function makeBuckets(aws: { region: string; endpoint: string }): Promise<void> {
  const client = new S3Client({ ...aws, forcePathStyle: true });
  const { platformBucket, dataBucket } = appHostArgs().storage as {
    platformBucket: string;
    dataBucket: string;
  };
  for (const Bucket of [platformBucket, dataBucket])
    await client.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
  client.destroy();
}
