/** The groups of AWS, against moto, which speaks AWS's protocols. */
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DetachInstancesCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsMachines, refusalOf, stateOf } from '../../../app/platform/machines/aws.ts';
import type { Machines } from '../../../app/platform/machines/machines.ts';
import { startMoto } from '../../support/moto-server.ts';

const region = 'eu-central-1';
let moto: Awaited<ReturnType<typeof startMoto>>;
let endpoint: string;
let machines: Machines;
let ec2: EC2Client;
beforeAll(async () => {
  moto = await startMoto();
  endpoint = moto.endpoint;
  ec2 = new EC2Client({ region, endpoint });
  const aws = new AutoScalingClient({ region, endpoint });
  await aws.send(
    new CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'worker',
      ImageId: 'ami-12c6146b',
      InstanceType: 't3.small',
    }),
  );
  await aws.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'cove-test-worker',
      LaunchConfigurationName: 'worker',
      AvailabilityZones: [`${region}a`],
      MinSize: 0,
      MaxSize: 3,
      DesiredCapacity: 0,
      NewInstancesProtectedFromScaleIn: true,
      Tags: Object.entries({ Name: 'cove-test-worker', 'managed-by': 'cove', component: 'worker' }).map(
        ([Key, Value]) => ({ Key, Value, PropagateAtLaunch: true }),
      ),
    }),
  );
  aws.destroy();
  machines = awsMachines({ region, group: 'cove-test-worker' }, endpoint);
}, 180_000);
afterAll(async () => {
  machines?.close();
  ec2?.destroy();
  await moto?.server.stop();
});

async function detach(id: string): Promise<void> {
  const aws = new AutoScalingClient({ region, endpoint });
  const group = { AutoScalingGroupName: 'cove-test-worker', ShouldDecrementDesiredCapacity: true };
  await aws.send(new DetachInstancesCommand({ ...group, InstanceIds: [id] }));
  aws.destroy();
}
/** A machine of somebody who names things alike. */
async function launch(tags: Record<string, string>): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const one = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 };
  const TagSpecifications = [{ ResourceType: 'instance' as const, Tags }];
  const { Instances } = await ec2.send(new RunInstancesCommand({ ...one, TagSpecifications }));
  return Instances![0]!.InstanceId!;
}
async function stateOfInstance(id: string): Promise<string | undefined> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0]?.State?.Name;
}

test('grows, lists, describes and ends just the named machine', async () => {
  expect(await machines.look()).toEqual({ wanted: 0, largest: 3, machines: [], refusal: null });
  await machines.grow(2);
  await machines.grow(2);
  await machines.grow(1);
  const grown = await machines.look();
  expect(grown).toMatchObject({ wanted: 2, machines: [{ state: 'running' }, { state: 'running' }] });
  const [first, second] = grown.machines;
  expect(Date.now() - first!.launchedAt.getTime()).toBeLessThan(120_000);
  expect(await machines.describe(first!.id)).toMatchObject({ id: first!.id, state: 'running' });
  expect(await machines.describe('i-0123456789abcdef0')).toBeNull();

  await machines.end([first!.id]);
  await machines.end([first!.id]);
  const left = await machines.look();
  expect(left).toMatchObject({ wanted: 1, machines: [{ id: second!.id }] });
  await machines.forgo();
  expect((await machines.look()).wanted).toBe(1);
});

test('a machine that the group let go of lives on, is found by its tags, and ends alone', async () => {
  await machines.grow(2);
  const [first, second] = (await machines.look()).machines;
  await detach(first!.id);
  const stranger = await launch({ Name: 'cove-test-worker', component: 'worker' });
  expect(await machines.look()).toMatchObject({
    wanted: 1,
    machines: [{ id: second!.id }, { id: first!.id, state: 'running', stray: true }],
  });
  expect(await machines.describe(first!.id)).toBeNull();
  await machines.end([first!.id, stranger]);
  expect((await machines.look()).machines).toEqual([second]);
  expect(await stateOfInstance(stranger)).toBe('running');
});

test('a group that is not there is told as such', async () => {
  const other = awsMachines({ region, group: 'nobody' }, endpoint);
  await expect(other.look()).rejects.toThrow(/no Auto Scaling group nobody in eu-central-1/);
  other.close();
});

test('lifecycle states and refusals are read as AWS documents them', () => {
  expect(['Pending:Wait', 'InService', 'Terminating', 'Detached', undefined].map(stateOf)).toEqual([
    'starting',
    'running',
    'ending',
    'ending',
    'ending',
  ]);
  const now = Date.parse('2026-01-01T00:10:00Z');
  const failed = { StatusCode: 'Failed', StatusMessage: 'your quota', StartTime: new Date(now - 60_000) };
  expect(refusalOf(failed, now)).toBe('your quota');
  expect(refusalOf({ ...failed, StatusCode: 'Successful' }, now)).toBeNull();
  expect(refusalOf({ ...failed, StartTime: new Date(now - 3_600_000) }, now)).toBeNull();
  expect(refusalOf(undefined, now)).toBeNull();
});
