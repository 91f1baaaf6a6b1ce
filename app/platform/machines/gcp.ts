/**
 * A regional managed instance group of Google Cloud. It is made so that nothing grows or shrinks it but the application. A
 * machine is named by its numeric id, which it can prove. Rights: infrastructure reference 2.2, "GCP".
 */
import { CoveError } from '../errors.ts';
import { type Elsewhere, gcpApi } from './gcp-api.ts';
import type { CloudMachine, GroupLook, Machines } from './machines.ts';

interface Place {
  projectId: string;
  region: string;
  group: string;
  /** The most that there may be: a group of Google Cloud has no such number itself. */
  ceiling: number;
}
interface Manager {
  targetSize: number;
  baseInstanceName: string;
}
export interface Managed {
  /** Address, also of one that is not made yet. */
  instance: string;
  /** Absent while there is no machine. */
  id?: string;
  instanceStatus?: string;
  currentAction?: string;
  lastAttempt?: { errors?: { errors?: { code: string; message?: string }[] } };
}
interface Instances {
  items?: Record<string, { instances?: { id: string; creationTimestamp: string }[] }>;
}

export const managerPath = ({ projectId, region, group }: Omit<Place, 'ceiling'>): string =>
  `/projects/${projectId}/regions/${region}/instanceGroupManagers/${group}`;

/** `elsewhere`: for tests. */
export function gcpMachines(place: Place, elsewhere?: Elsewhere): Machines {
  const api = gcpApi(elsewhere);
  const path = managerPath(place);

  const find = async (): Promise<Manager> => {
    const found = await api.get<Manager>(path);
    if (found !== null) return found;
    throw new CoveError(
      'not_found',
      `Google Cloud has no instance group ${place.group} in ${place.region}: run \`cove up\`, which makes it`,
    );
  };
  const managed = async (): Promise<Managed[]> => {
    const pages = await api.pages<{ managedInstances?: Managed[] }>('POST', `${path}/listManagedInstances`);
    return pages.flatMap(({ managedInstances }) => managedInstances ?? []);
  };
  /** The group does not tell when a machine was made. */
  const launched = async ({ baseInstanceName }: Manager): Promise<Map<string, Date>> => {
    const filter = encodeURIComponent(`name eq "${baseInstanceName}-.*"`);
    const pages = await api.pages<Instances>(
      'GET',
      `/projects/${place.projectId}/aggregated/instances?filter=${filter}`,
    );
    const all = pages.flatMap(({ items }) => Object.values(items ?? {}));
    return new Map(
      all.flatMap(({ instances }) =>
        (instances ?? []).map(({ id, creationTimestamp }) => [id, new Date(creationTimestamp)] as const),
      ),
    );
  };
  const machinesOf = async (manager: Manager, all: Managed[]): Promise<CloudMachine[]> => {
    if (!all.some(({ id }) => id !== undefined)) return [];
    const times = await launched(manager);
    return all.flatMap((one) => {
      const launchedAt = times.get(one.id ?? '');
      return one.id === undefined || launchedAt === undefined
        ? []
        : [{ id: one.id, state: stateOf(one), launchedAt }];
    });
  };
  const remove = async (gone: Managed[]): Promise<void> => {
    if (gone.length === 0) return;
    // One that is gone meanwhile is no error. Google asks for as many fewer by itself.
    const instances = gone.map(({ instance }) => instance);
    await api.send(`${path}/deleteInstances`, { instances, skipInstancesOnValidationError: true });
  };

  return {
    async look(): Promise<GroupLook> {
      const manager = await find();
      const all = await managed();
      const machines = await machinesOf(manager, all);
      return { wanted: manager.targetSize, largest: place.ceiling, machines, refusal: refusalOf(all) };
    },
    async grow(wanted) {
      const { targetSize } = await find();
      if (wanted > targetSize) await api.send(`${path}/resize?size=${wanted}`);
    },
    async end(ids) {
      const all = await managed();
      await remove(all.filter((one) => ids.includes(one.id ?? '') && stateOf(one) !== 'ending'));
    },
    async forgo() {
      await remove((await managed()).filter((one) => one.id === undefined && stateOf(one) !== 'ending'));
    },
    async describe(id) {
      const found = (await managed()).filter((one) => one.id === id && stateOf(one) !== 'ending');
      return found.length === 0 ? null : ((await machinesOf(await find(), found))[0] ?? null);
    },
    close() {},
  };
}

/** Source: Compute Engine API, `regionInstanceGroupManagers.listManagedInstances`. Pure. */
export function stateOf({ currentAction, instanceStatus }: Managed): CloudMachine['state'] {
  if (currentAction === 'DELETING' || currentAction === 'ABANDONING') return 'ending';
  if (/^(STOPPING|STOPPED|TERMINATED|SUSPEND)/.test(instanceStatus ?? '')) return 'ending';
  return instanceStatus === 'RUNNING' ? 'running' : 'starting';
}

/** Why the newest machine that is asked for is not made, where Google says so. Pure. */
export function refusalOf(all: Managed[]): string | null {
  const waiting = all.filter(({ id }) => id === undefined);
  const error = waiting.flatMap(({ lastAttempt }) => lastAttempt?.errors?.errors ?? []).at(-1);
  return error === undefined ? null : (error.message ?? error.code);
}
