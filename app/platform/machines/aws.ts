/**
 * An Auto Scaling group of AWS. It is made so that its machines are protected from scale-in and never rebalanced: nothing
 * but `end` ends one. Rights: infrastructure reference 2.2, "App, scaling".
 */
import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CoveError } from '../errors.ts';
import type { CloudMachine, GroupLook, Machines } from './machines.ts';

interface Place {
  region: string;
  group: string;
}
/** A failure older than this says nothing about now. */
const REFUSAL_MS = 10 * 60_000;
const GONE = /not found|not in (a )?valid|no such|does not exist/i;

/** `endpoint`: another address than Amazon's, for tests. */
export function awsMachines({ region, group }: Place, endpoint?: string): Machines {
  const options = { region, ...(endpoint !== undefined && { endpoint }) };
  const scaling = new AutoScalingClient(options);
  const ec2 = new EC2Client(options);

  const find = async (): Promise<AutoScalingGroup> => {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] });
    const { AutoScalingGroups } = await told(() => scaling.send(command));
    const found = AutoScalingGroups?.[0];
    if (found) return found;
    throw new CoveError(
      'not_found',
      `AWS has no Auto Scaling group ${group} in ${region}: run \`cove up\`, which makes it`,
    );
  };

  /** Launch times; ids that EC2 does not know any more are left out. */
  const launched = async (ids: string[]): Promise<Map<string, Date>> => {
    if (ids.length === 0) return new Map();
    const Filters = [{ Name: 'instance-id', Values: ids }];
    const times = new Map<string, Date>();
    let NextToken: string | undefined;
    do {
      const page = await told(() => ec2.send(new DescribeInstancesCommand({ Filters, NextToken })));
      for (const instance of (page.Reservations ?? []).flatMap((one) => one.Instances ?? [])) {
        const { InstanceId: id, LaunchTime: time, State } = instance;
        if (id && State?.Name !== 'terminated') times.set(id, time ?? new Date());
      }
      NextToken = page.NextToken;
    } while (NextToken);
    return times;
  };

  const refusal = async (): Promise<string | null> => {
    const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: 1 });
    const { Activities } = await told(() => scaling.send(command));
    return refusalOf(Activities?.[0], Date.now());
  };

  const listed = async (found: AutoScalingGroup): Promise<CloudMachine[]> => {
    const instances = (found.Instances ?? []).filter(({ InstanceId: id }) => id);
    const times = await launched(instances.map(({ InstanceId: id }) => id as string));
    return instances.flatMap(({ InstanceId, LifecycleState }) => {
      const id = InstanceId as string;
      const launchedAt = times.get(id);
      return launchedAt === undefined ? [] : [{ id, state: stateOf(LifecycleState), launchedAt }];
    });
  };

  const look = async (): Promise<GroupLook> => {
    const found = await find();
    const machines = await listed(found);
    const wanted = found.DesiredCapacity ?? 0;
    const isShort = machines.filter(({ state }) => state !== 'ending').length < wanted;
    return { wanted, largest: found.MaxSize ?? 0, machines, refusal: isShort ? await refusal() : null };
  };
  const ask = (wanted: number) =>
    told(() =>
      scaling.send(
        new SetDesiredCapacityCommand({
          AutoScalingGroupName: group,
          DesiredCapacity: wanted,
          HonorCooldown: false,
        }),
      ),
    );

  return {
    look,
    async grow(wanted) {
      const { DesiredCapacity = 0 } = await find();
      if (wanted > DesiredCapacity) await ask(wanted);
    },
    async end(ids) {
      const there = new Set((await find()).Instances?.map(({ InstanceId: id }) => id));
      for (const InstanceId of ids.filter((id) => there.has(id))) {
        const command = new TerminateInstanceInAutoScalingGroupCommand({
          InstanceId,
          ShouldDecrementDesiredCapacity: true,
        });
        await told(() => scaling.send(command)).catch((error: Error) => {
          if (!GONE.test(error.message)) throw error;
        });
      }
    },
    async forgo() {
      const found = await find();
      const alive = (await listed(found)).filter(({ state }) => state !== 'ending').length;
      const least = Math.max(alive, found.MinSize ?? 0);
      if (least < (found.DesiredCapacity ?? 0)) await ask(least);
    },
    async describe(id) {
      const machines = await listed(await find());
      return machines.find((machine) => machine.id === id && machine.state !== 'ending') ?? null;
    },
    close() {
      scaling.destroy();
      ec2.destroy();
    },
  };
}

/** Lifecycle states: Amazon EC2 Auto Scaling User Guide, "instance lifecycle". */
export function stateOf(lifecycle: string | undefined): CloudMachine['state'] {
  if (lifecycle === undefined || /^(Terminat|Detach)/.test(lifecycle)) return 'ending';
  return lifecycle.startsWith('Pending') ? 'starting' : 'running';
}

/** What the newest activity says, where it is a recent failure. Pure. */
export function refusalOf(
  activity: { StatusCode?: string; StatusMessage?: string; StartTime?: Date } | undefined,
  now: number,
): string | null {
  if (activity?.StatusCode !== 'Failed' && activity?.StatusCode !== 'Cancelled') return null;
  const age = now - (activity.StartTime?.getTime() ?? 0);
  return age < REFUSAL_MS ? (activity.StatusMessage ?? 'AWS gave no reason') : null;
}

/** AWS's own words, without the SDK's stack and metadata. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { name, message } = error as Error;
    throw new CoveError('unavailable', `AWS: ${message === '' || message === name ? name : message}`);
  }
}
