/** What a killed run had asked AWS for is found by its tags or its name (moto); nobody else's is taken for it. */
import { CreateLaunchTemplateCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAddress } from '../../../app/cli/clouds/aws/address.ts';
import { startMoto } from '../../support/moto-server.ts';

const place = { accountId: '123456789012', region: 'eu-central-1' };
let moto: Awaited<ReturnType<typeof startMoto>>;
let ec2: EC2Client;
beforeAll(async () => {
  moto = await startMoto();
  process.env.AWS_ENDPOINT_URL = moto.endpoint;
  ec2 = new EC2Client(place);
}, 120_000);
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL;
  await moto?.server.stop();
});

const find = (type: string, inputs: object) => findAddress('prod', place, type, { ...inputs });
const inputs = { tags: { Name: 'cove-prod-network' } };
async function vpc(installation: string): Promise<string | undefined> {
  const Tags = Object.entries({ ...inputs.tags, installation }).map(([Key, Value]) => ({ Key, Value }));
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags }],
    }),
  );
  return Vpc?.VpcId;
}

test('by its tags: none, the one of this installation, and none where two could be meant', async () => {
  await vpc('test');
  expect(await find('aws:ec2/vpc:Vpc', inputs)).toBeUndefined();
  const made = await vpc('prod');
  expect(made).toMatch(/^vpc-/);
  expect(await find('aws:ec2/vpc:Vpc', inputs)).toBe(made);
  expect(await find('aws:ec2/vpc:Vpc', {})).toBeUndefined();
  await vpc('prod');
  expect(await find('aws:ec2/vpc:Vpc', inputs)).toBeUndefined();
});

test('by its name', async () => {
  const of = { name: 'cove-prod-worker-small' };
  expect(await find('aws:ec2/launchTemplate:LaunchTemplate', of)).toBeUndefined();
  const { LaunchTemplate } = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: of.name,
      LaunchTemplateData: { InstanceType: 't3.small' },
    }),
  );
  expect(await find('aws:ec2/launchTemplate:LaunchTemplate', of)).toBe(LaunchTemplate?.LaunchTemplateId);
  expect(await find('aws:iam/role:Role', { name: 'cove-prod-host' })).toBe('cove-prod-host');
});
