/**
 * An Auto Scaling group of AWS. It is made so that its machines are protected from scale-in and never rebalanced: nothing
 * but `end` ends one. What the group let go of, or says is terminated and lives, is found by the tags that its machines
 * carry. Rights: infrastructure reference 2.2, "App, scaling".
 */
import {
  AutoScalingClient,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstancesCommand,
  EC2Client,
  type Filter,
  type Instance,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
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

  const seek = async (): Promise<AutoScalingGroup | null> => {
    const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] });
    const { AutoScalingGroups } = await told(() => scaling.send(command));
    return AutoScalingGroups?.[0] ?? null;
  };
  const find = async (): Promise<AutoScalingGroup> => (await seek()) ?? missing();
  const missing = (): never => {
    throw new CoveError(
      'not_found',
      `AWS has no Auto Scaling group ${group} in ${region}: run \`cove up\`, which makes it`,
    );
  };

  /** Of those that EC2 has: one that is terminated is none. */
  const living = async (Filters: Filter[]): Promise<Map<string, Instance>> => {
    const found = new Map<string, Instance>();
    let NextToken: string | undefined;
    do {
      const page = await told(() => ec2.send(new DescribeInstancesCommand({ Filters, NextToken })));
      for (const instance of (page.Reservations ?? []).flatMap((one) => one.Instances ?? [])) {
        if (instance.InstanceId && instance.State?.Name !== 'terminated')
          found.set(instance.InstanceId, instance);
      }
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  };
  const marked = () =>
    living(Object.entries(marks(group)).map(([Name, value]) => ({ Name, Values: [value] })));
  const membersOf = (found: AutoScalingGroup | null) =>
    new Map((found?.Instances ?? []).map((one) => [one.InstanceId ?? '', one.LifecycleState]));

  const refusal = async (): Promise<string | null> => {
    const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: 1 });
    const { Activities } = await told(() => scaling.send(command));
    return refusalOf(Activities?.[0], Date.now());
  };

  const listed = async (found: AutoScalingGroup): Promise<CloudMachine[]> => {
    const members = membersOf(found);
    if (members.size === 0) return [];
    const there = await living([{ Name: 'instance-id', Values: [...members.keys()] }]);
    return [...there].map(([id, { LaunchTime }]) => ({
      id,
      state: stateOf(members.get(id)),
      launchedAt: LaunchTime ?? new Date(),
    }));
  };
  const strays = async (members: ReadonlyMap<string, unknown>): Promise<CloudMachine[]> =>
    [...(await marked())]
      .filter(([id]) => !members.has(id))
      .map(([id, { State, LaunchTime }]) => ({
        id,
        state:
          State?.Name === 'shutting-down' ? 'ending' : State?.Name === 'pending' ? 'starting' : 'running',
        launchedAt: LaunchTime ?? new Date(),
        stray: true,
      }));

  const look = async (): Promise<GroupLook> => {
    const found = await seek();
    const [own, lost] = await Promise.all([found === null ? [] : listed(found), strays(membersOf(found))]);
    if (found === null && lost.length === 0) return missing();
    const wanted = found?.DesiredCapacity ?? 0;
    const isShort = own.filter(({ state }) => state !== 'ending').length < wanted;
    const machines = [...own, ...lost];
    return { wanted, largest: found?.MaxSize ?? 0, machines, refusal: isShort ? await refusal() : null };
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
      const members = membersOf(await seek());
      const lost = (await strays(members)).filter(({ id, state }) => ids.includes(id) && state !== 'ending');
      if (lost.length > 0)
        await told(() => ec2.send(new TerminateInstancesCommand({ InstanceIds: lost.map(({ id }) => id) })));
      // One that ends already would be counted off the group once more.
      const own = ids.filter((id) => members.has(id) && stateOf(members.get(id)) !== 'ending');
      for (const InstanceId of own) {
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

/** What the machines of a group carry, and no other does: the stack names them like the group. */
const marks = (group: string) => ({
  'tag:Name': group,
  'tag:managed-by': 'cove',
  'tag:component': 'worker',
});

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
