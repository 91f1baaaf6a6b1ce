/** The groups of AWS, against moto, which speaks AWS's protocols. */
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsMachines, refusalOf, stateOf } from '../../../app/platform/machines/aws.ts';
import type { Machines } from '../../../app/platform/machines/machines.ts';
import { startMoto } from '../../support/moto-server.ts';

const region = 'eu-central-1';
let moto: Awaited<ReturnType<typeof startMoto>>;
let endpoint: string;
let machines: Machines;
beforeAll(async () => {
  moto = await startMoto();
  endpoint = moto.endpoint;
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
    }),
  );
  aws.destroy();
  machines = awsMachines({ region, group: 'cove-test-worker' }, endpoint);
}, 180_000);
afterAll(async () => {
  machines?.close();
  await moto?.server.stop();
});

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
