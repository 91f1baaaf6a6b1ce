/** Machines that join by themselves: the route and its verb on a real database, AWS's answers from moto. */
import { createHash, randomBytes } from 'node:crypto';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJoining } from '../../../app/platform/join.ts';
import { PROTOCOL_VERSION } from '../../../app/protocol/worker.ts';
import { type IdentitySigner, identitySigner } from '../../support/identity-document.ts';
import { startMoto } from '../../support/moto-server.ts';
import { type TestApp, type TestPlatform, testApp, testPlatform } from '../../support/platform.ts';

const region = 'eu-north-1';
const accountId = '123456789012';
const image = `${accountId}.dkr.ecr.${region}.amazonaws.com/cove-test/platform@sha256:${'0'.repeat(64)}`;
let outside: TestPlatform;
let app: TestApp;
let signer: IdentitySigner;
let moto: Awaited<ReturnType<typeof startMoto>>;
let ours: string[];
let foreign: string[];

beforeAll(async () => {
  signer = identitySigner();
  [outside, moto] = await Promise.all([testPlatform(), startMoto()]);
  ours = await group('cove-test-cpu', 3);
  foreign = await group('somebody-elses', 1);
  const { platform, slug } = outside;
  platform.joining = openJoining({
    proof: { kind: 'aws', accountId, region, certificateFile: signer.certificateFile },
    image,
    registry: { kind: 'aws', host: image.split('/')[0] ?? '', region, endpoint: moto.endpoint },
    withinMinutes: 60,
    endpoint: moto.endpoint,
  });
  await platform.db
    .insertInto('environments')
    .values({
      slug,
      name: slug,
      executor: 'docker',
      machine_group: JSON.stringify({ kind: 'aws', region, group: 'cove-test-cpu' }),
    })
    .execute();
  app = await testApp(platform);
}, 180_000);
afterAll(async () => {
  await app?.close();
  await Promise.all([outside?.close(), moto?.server.stop()]);
  signer?.close();
});

/** Its machines. */
async function group(name: string, size: number): Promise<string[]> {
  const aws = new AutoScalingClient({ region, endpoint: moto.endpoint });
  const launch = { LaunchConfigurationName: name, ImageId: 'ami-12c6146b', InstanceType: 't3.small' };
  await aws.send(new CreateLaunchConfigurationCommand(launch));
  const sizes = { MinSize: 0, MaxSize: size, DesiredCapacity: size, AvailabilityZones: [`${region}a`] };
  await aws.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchConfigurationName: name,
      ...sizes,
    }),
  );
  const { AutoScalingGroups } = await aws.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  aws.destroy();
  return (AutoScalingGroups?.[0]?.Instances ?? []).map(({ InstanceId }) => InstanceId ?? '');
}

const newToken = () => randomBytes(20).toString('hex');
function join(instanceId: string, token: string, more: object = {}) {
  const document = { accountId, region, instanceId, pendingTime: new Date().toISOString(), ...more };
  const token_sha256 = createHash('sha256').update(token).digest('hex');
  const proof = { kind: 'aws', pkcs7: signer.sign(document) };
  return app.call('POST', '/api/worker/v1/join', {
    json: { protocol: PROTOCOL_VERSION, proof, token_sha256 },
  });
}
const hello = (token: string) =>
  app.call('POST', '/api/worker/v1/hello', {
    headers: { authorization: `Worker ${token}` },
    json: {
      protocol: PROTOCOL_VERSION,
      version: '1.0.0',
      hostname: 'test',
      executors: ['docker'],
      cpus: 1,
      memory: 1,
    },
  });

test('a machine of the group gets image and a login to the registry, and its own token then works', async () => {
  const [id = ''] = ours;
  const token = newToken();
  const joined = await join(id, token);
  expect(joined.body).toEqual({
    worker: { name: id },
    environment: { slug: outside.slug },
    image,
    registry: { host: image.split('/')[0], username: 'AWS', password: expect.stringMatching(/.+/) },
  });
  const greeted = await hello(token);
  expect(greeted.body).toMatchObject({ worker: { name: id }, environment: { slug: outside.slug } });
  expect((await hello(newToken())).status).toBe(401);
});

test('the same machine is answered again for the same token, and refused for another', async () => {
  const [, id = ''] = ours;
  const token = newToken();
  expect((await join(id, token)).status).toBe(200);
  expect((await join(id, token)).status).toBe(200);
  const again = await join(id, newToken());
  expect(again).toMatchObject({ status: 401 });
  expect(again.body.message).toContain(`${id} has joined before, with another token`);
  expect((await hello(token)).status).toBe(200);
});

test('who is in another group, in none, in another account, or old, is told so', async () => {
  const [other = ''] = foreign;
  const [, , id = ''] = ours;
  const said = async (...args: Parameters<typeof join>) => {
    const { status, body } = await join(...args);
    return `${status} ${body.message}`;
  };
  expect(await said(other, newToken())).toBe(
    `401 Machine ${other} belongs to group somebody-elses, which serves no environment here`,
  );
  const nobody = 'i-0123456789abcdef0';
  expect(await said(nobody, newToken())).toBe(`401 Machine ${nobody} belongs to no group`);
  expect(await said(id, newToken(), { accountId: '999999999999' })).toMatch(/401 .*999999999999/);
  const pendingTime = new Date(Date.now() - 3 * 3_600_000).toISOString();
  expect(await said(id, newToken(), { pendingTime })).toBe(
    `401 Machine ${id} is 180 minutes old; it may join within 60 minutes of its start`,
  );
});
