/** AWS for machines that boot: moto under its real names, and what the stack would have made there. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
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
import { userData } from '../../../components/aws/user-data.ts';
import { queueUsers } from '../../../components/queue-users.ts';
import { appHostArgs, environmentsArgs } from '../boot.ts';
import { identitySigner } from '../identity-document.ts';
import { startMoto } from '../moto-server.ts';
import { ADMIN, ADMIN_PASSWORD, startRedis } from '../redis-server.ts';
import { type Cloud, here, type Secrets } from './cloud.ts';

const REGION = 'eu-north-1';
const ACCOUNT = '123456789012';
const GROUP = 'cove-prod-cpu';
const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const ZONE = `${REGION}.amazonaws.com`;
const given = appHostArgs();

export const aws: Cloud = {
  zones: ['.amazonaws.com'],
  names: [`*.${ZONE}`, `*.s3.${ZONE}`, `*.dkr.ecr.${ZONE}`, `api.ecr.${ZONE}`, given.queue.host],
  registry: REGISTRY,
  database: given.database.host,
  userData,
  async start({ folder, network, certificates, started }) {
    const [{ endpoint }, redis] = await Promise.all([
      started(startMoto(), ({ server }) => server.stop()),
      started(startRedis(folder), (it) => it.stop()),
    ]);
    const tls = { cert: certificates.certificate, key: certificates.key };
    await network.pass(given.queue.port, () => here(redis.address.port), tls);
    const signer = await started(Promise.resolve(identitySigner()), (it) => it.close());
    const reached = { region: REGION, endpoint };
    const client = new SecretsManagerClient(reached);
    const secrets = await started(Promise.resolve(secretsOf(client)), () => client.destroy());
    const passwords = await makeUsers(redis.address);
    const user = async (name: string) => ({
      user: name,
      password: await secrets.make(`queue-${name}`, passwords[name]),
    });
    await makeBuckets(reached);
    const instanceId = await makeGroup(reached);
    const worker = await user('worker-cpu');
    return {
      https: (name, registry) => (name === REGISTRY ? registry : here(new URL(endpoint).port)),
      secrets,
      // The first of the authorities in their file is also the one that is asked for identity documents.
      authorities: [await readFile(signer.certificateFile, 'utf8')],
      appHost: {
        registry: { kind: 'aws', host: REGISTRY, region: REGION },
        secretStore: given.secretStore,
        storage: given.storage,
        queue: {
          ...given.queue,
          users: { kind: 'managed', api: await user('api'), scheduler: await user('scheduler') },
        },
        join: {
          proof: {
            kind: 'aws',
            accountId: ACCOUNT,
            region: REGION,
            certificateFile: '/etc/cove/authorities.pem',
          },
        },
      },
      environments: environmentsArgs().map((one) => ({ ...one, queueUser: worker })),
      worker: { proof: { kind: 'aws' } },
      metadata: {
        appHost: metadataService(roleAnswers('cove-prod-app-host')),
        worker: metadataService({
          'dynamic/instance-identity/rsa2048': () =>
            signer
              .sign({ accountId: ACCOUNT, region: REGION, instanceId, pendingTime: new Date().toISOString() })
              .replace(/(.{64})/g, '$1\n'),
        }),
      },
    };
  },
};

const secretsOf = (client: SecretsManagerClient): Secrets => ({
  async make(Name, SecretString) {
    const { ARN } = await client.send(
      new CreateSecretCommand({ Name, ...(SecretString && { SecretString }) }),
    );
    return { secret: ARN! };
  },
  async read({ secret }) {
    return (await client.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString!;
  },
  async write({ secret }, SecretString) {
    await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString }));
  },
});

/** Version 2: who has no token gets nothing. By path below `/latest/`. */
function metadataService(answers: Record<string, () => string>): RequestListener {
  const token = randomBytes(16).toString('base64');
  return (request, response) => {
    const refuse = (status: number) => void response.writeHead(status).end();
    if (request.method === 'PUT' && request.url === '/latest/api/token') {
      const seconds = request.headers['x-aws-ec2-metadata-token-ttl-seconds'];
      if (seconds === undefined) return refuse(400);
      return void response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', seconds).end(token);
    }
    if (request.headers['x-aws-ec2-metadata-token'] !== token) return refuse(401);
    const answer = answers[(request.url ?? '').replace('/latest/', '')];
    if (!answer) return refuse(404);
    response.end(answer());
  };
}

/** The role's keys, as an instance finds them. */
function roleAnswers(role: string): Record<string, () => string> {
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
async function makeGroup(reached: { region: string; endpoint: string }): Promise<string> {
  const client = new AutoScalingClient(reached);
  const launch = { LaunchConfigurationName: GROUP, ImageId: 'ami-12c6146b', InstanceType: 't3.small' };
  await client.send(new CreateLaunchConfigurationCommand(launch));
  const sizes = { MinSize: 0, MaxSize: 4, DesiredCapacity: 1, AvailabilityZones: [`${REGION}a`] };
  const named = { AutoScalingGroupName: GROUP, LaunchConfigurationName: GROUP };
  await client.send(new CreateAutoScalingGroupCommand({ ...named, ...sizes }));
  const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand({}));
  client.destroy();
  return AutoScalingGroups![0]!.Instances![0]!.InstanceId!;
}

async function makeBuckets(reached: { region: string; endpoint: string }): Promise<void> {
  const client = new S3Client({ ...reached, forcePathStyle: true });
  const { platformBucket, dataBucket } = given.storage as { platformBucket: string; dataBucket: string };
  for (const Bucket of [platformBucket, dataBucket])
    await client.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
  client.destroy();
}
