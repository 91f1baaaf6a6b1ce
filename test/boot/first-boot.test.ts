/**
 * Two machines of AWS boot for the first time, as systemd, Docker and cloud-init do it, from the documents that the stack
 * would give them as user data. AWS is moto under its real names, with an authority of the test's own, and a metadata
 * service at its real address; no network leads outside.
 * It has not passed as a whole yet, so it is a suite of its own (`npm run test:boot`). Seen so far, up to the start of
 * API and scheduler: images pulled by digest with ECR's login, PostgreSQL over TLS, secrets from and to Secrets Manager,
 * Vault opening itself, bootstrap done. Still to be seen: the application's answer, and all of the worker.
 * Not asked here: Ubuntu and Amazon Linux themselves, installing packages, awslogs.
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
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { appHostDocument } from '../../components/boot/app-host.ts';
import { workerDocument } from '../../components/boot/worker.ts';
import { queueUsers } from '../../components/queue-users.ts';
import { buildImages } from '../../toolchain/image/main.js';
import { BASE, hostImage } from '../setup/images.ts';
import { Api, oneStep } from '../support/api.ts';
import { appHostArgs, workerArgs } from '../support/boot.ts';
import { bootMachine, type Machine } from '../support/booting-machine.ts';
import { testCertificates } from '../support/certificates.ts';
import { type CloudNetwork, startCloudNetwork } from '../support/cloud-network.ts';
import { docker, dockerHost } from '../support/docker.ts';
import { identitySigner } from '../support/identity-document.ts';
import { startMoto } from '../support/moto-server.ts';
import { SUPERUSER, SUPERUSER_PASSWORD, startPostgres } from '../support/postgres-server.ts';
import { until } from '../support/process.ts';
import { ADMIN, ADMIN_PASSWORD, startRedis } from '../support/redis-server.ts';
import { PASSWORD, startRegistry, USERNAME } from '../support/registry-server.ts';

const region = 'eu-north-1';
const accountId = '123456789012';
const given = appHostArgs();
const registryName = `${accountId}.dkr.ecr.${region}.amazonaws.com`;
const closing: (() => unknown)[] = [];
const passwords: Record<string, string> = {};
let network: CloudNetwork;
let folder: string;
let aws: { region: string; endpoint: string };
let authorities: string[];
let images: { platform: string; vault: string };
let host: Machine;

beforeAll(async () => {
  process.env.DOCKER_HOST = dockerHost;
  await hostImage(dockerHost);
  folder = await mkdtemp(join(tmpdir(), 'cove-boot-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const zone = `${region}.amazonaws.com`;
  const certificates = await testCertificates([
    ...[`*.${zone}`, `*.s3.${zone}`, `*.dkr.ecr.${zone}`, `api.ecr.${zone}`],
    ...['cove.example.com', given.database.host, given.queue.host],
  ]);
  const tls = { cert: certificates.certificate, key: certificates.key };
  const [moto, registry, redis, postgres, , made] = await Promise.all([
    startMoto(),
    startRegistry(),
    startRedis(folder),
    startPostgres(folder, { template: false, tls: certificates }),
    startNetwork(['.amazonaws.com', '.example.com']),
    buildImages({ base: BASE, to: await mkdtemp(join(folder, 'image-')), archives: false }),
  ]);
  closing.push(
    () => moto.server.stop(),
    () => registry.stop(),
    () => redis.stop(),
    () => postgres.stop(),
  );
  aws = { region, endpoint: moto.endpoint };
  const motoPort = Number(new URL(moto.endpoint).port);
  const at = (port: number) => ({ host: '127.0.0.1', port });
  const https = (name: string) => {
    if (name === 'cove.example.com') return { host: host.address, port: 8000 };
    return at(name === registryName ? Number(registry.host.split(':')[1]) : motoPort);
  };
  await network.pass(443, https, tls);
  await network.pass(given.database.port, () => at(postgres.address.port));
  await network.pass(given.queue.port, () => at(redis.address.port), tls);

  const signer = identitySigner();
  closing.push(() => signer.close());
  // The first of the authorities in their file is also the one that is asked for identity documents.
  authorities = [await readFile(signer.certificateFile, 'utf8'), certificates.ca];
  network.metadata['dynamic/instance-identity/rsa2048'] = () =>
    signer
      .sign({ accountId, region, instanceId, pendingTime: new Date().toISOString() })
      .replace(/(.{64})/g, '$1\n');
  images = {
    platform: await push(registry.host, made.platform?.image ?? '', 'platform'),
    vault: await push(registry.host, made.vault?.image ?? '', 'vault'),
  };
  await makeUsers(redis.address);
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

async function startNetwork(zones: string[]): Promise<void> {
  network = await startCloudNetwork(zones);
  closing.push(() => network.close());
}

/** Gives its reference by digest, under the registry's real name. */
async function push(at: string, image: string, name: string): Promise<string> {
  const config = join(folder, 'docker');
  const repository = `cove-prod/${name}`;
  const client = (...args: string[]) => promisify(execFile)('docker', ['--config', config, ...args]);
  await client('login', '--username', USERNAME, '--password', PASSWORD, at);
  await docker('tag', image, `${at}/${repository}:1`);
  const { stdout } = await client('push', `${at}/${repository}:1`);
  await docker('rmi', `${at}/${repository}:1`);
  return `${registryName}/${repository}@${/digest: (sha256:[0-9a-f]{64})/.exec(stdout)?.[1]}`;
}

/** As ElastiCache has them from the stack. */
async function makeUsers(address: { host: string; port: number }): Promise<void> {
  const redis = new Redis({ ...address, username: ADMIN, password: ADMIN_PASSWORD });
  for (const { name, access } of queueUsers(['cpu'])) {
    passwords[name] = randomBytes(24).toString('hex');
    await redis.call('ACL', 'SETUSER', name, ...access.split(' '), `>${passwords[name]}`);
  }
  redis.disconnect();
}

const secrets = <T>(work: (client: SecretsManagerClient) => Promise<T>) => {
  const client = new SecretsManagerClient(aws);
  return work(client).finally(() => client.destroy());
};
/** Without a text: as the stack makes an entry that bootstrap fills. */
const entry = (name: string, text?: string) =>
  secrets(async (client) => {
    const value = text === undefined ? {} : { SecretString: text };
    return { secret: (await client.send(new CreateSecretCommand({ Name: name, ...value }))).ARN ?? '' };
  });
const readEntry = (secret: string) =>
  secrets(
    async (client) => (await client.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString ?? '',
  );

let instanceId = 'i-00000000000000000';
async function makeGroup(name: string): Promise<void> {
  const client = new AutoScalingClient(aws);
  const launch = { LaunchConfigurationName: name, ImageId: 'ami-12c6146b', InstanceType: 't3.small' };
  await client.send(new CreateLaunchConfigurationCommand(launch));
  const sizes = { MinSize: 1, MaxSize: 1, DesiredCapacity: 1, AvailabilityZones: [`${region}a`] };
  const named = { AutoScalingGroupName: name, LaunchConfigurationName: name };
  await client.send(new CreateAutoScalingGroupCommand({ ...named, ...sizes }));
  const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand({}));
  instanceId = AutoScalingGroups?.[0]?.Instances?.[0]?.InstanceId ?? '';
  client.destroy();
}
async function makeBuckets(): Promise<void> {
  const client = new S3Client({ ...aws, forcePathStyle: true });
  for (const Bucket of ['cove-prod-platform', 'cove-prod-data'])
    await client.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
    );
  client.destroy();
}

test('the application host boots to an application that answers; a worker joins it, and a job runs', async () => {
  await makeBuckets();
  await makeGroup('cove-prod-cpu');
  const iam = 'meta-data/iam/security-credentials/';
  network.metadata[iam] = () => 'cove-prod-app-host';
  network.metadata[`${iam}cove-prod-app-host`] = () =>
    JSON.stringify({
      ...{ Code: 'Success', Type: 'AWS-HMAC', AccessKeyId: 'test', SecretAccessKey: 'test', Token: 'test' },
      LastUpdated: new Date().toISOString(),
      Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    });
  const written = {
    vaultRecovery: await entry('vault-recovery'),
    approleOperator: await entry('approle-operator'),
    approleApi: await entry('approle-api'),
    approleScheduler: await entry('approle-scheduler'),
    administrator: await entry('administrator'),
  };
  const superuser = JSON.stringify({ username: SUPERUSER, password: SUPERUSER_PASSWORD });
  const user = async (name: string) => ({
    user: name,
    password: await entry(`queue-${name}`, passwords[name]),
  });
  const pem = authorities[1] ?? '';
  const machine = { installPackages: false, certificateAuthorities: authorities };
  const document = appHostDocument({
    ...given,
    ...machine,
    images,
    registry: { kind: 'aws', host: registryName, region },
    secrets: {
      databaseSuperuser: { ...(await entry('database', superuser)), field: 'password' },
      vaultSeal: await entry('vault-seal', randomBytes(32).toString('base64')),
      vaultDatabase: await entry('vault-database', randomBytes(24).toString('hex')),
    },
    written,
    database: { ...given.database, superuser: SUPERUSER, authority: { pem } },
    queue: {
      ...given.queue,
      users: {
        kind: 'managed',
        api: await user('api'),
        scheduler: await user('scheduler'),
        environments: { cpu: await user('worker-cpu') },
      },
    },
    join: { proof: { kind: 'aws', accountId, region, certificateFile: '/etc/cove/authorities.pem' } },
  });
  host = await bootMachine(network, 'app-host', document);
  closing.push(() => host.close());
  onTestFailed(async () => console.error(await host.story()));
  const url = `http://${host.address}:8000`;
  const answers = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('the application answers', answers, 480);
  const { username, password } = JSON.parse(await readEntry(written.administrator.secret));
  expect(JSON.parse(await readEntry(written.vaultRecovery.secret))).toEqual({
    recovery_key: expect.any(String),
  });
  const person = await Api.login(url, username, password);

  // What is no worker's is not for a worker.
  for (const path of Object.keys(network.metadata)) if (path.startsWith(iam)) delete network.metadata[path];
  const worker = await bootMachine(network, 'worker', workerDocument({ ...workerArgs(), ...machine }));
  closing.push(() => worker.close());
  onTestFailed(async () => console.error(await worker.story()));
  const project = await person.ok('POST', '/projects/', { name: 'boot' });
  const reach = `fetch('http://169.254.169.254/', {signal: AbortSignal.timeout(5000)}).then(() => console.log('reached'), () => console.log('kept away'))`;
  const commands = [`node -e "${reach}"`, 'echo 42 > /valohai/outputs/answer.txt'];
  const commit = await person.importPackage(project.id, {
    'valohai.yaml': oneStep(commands, images.platform),
  });
  const created = await person.create(project.id, commit, 'go');
  const job = await person.end(created.id, 480);
  expect(job).toMatchObject({ status: 'complete', outputs: [{ name: 'answer.txt' }] });
  expect((await person.log(job.id)).map(({ message }) => message)).toContain('kept away');
});
