/**
 * A regional managed instance group of Google Cloud. It is made so that nothing grows or shrinks it but the application. A
 * machine is named by its numeric id, which it can prove; one that the group abandoned is found by its name and its labels.
 * Rights: infrastructure reference 2.2, "GCP".
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
interface Instance {
  id: string;
  name: string;
  creationTimestamp: string;
  status?: string;
  labels?: Record<string, string>;
}
interface Instances {
  /** By `zones/<zone>`. */
  items?: Record<string, { instances?: Instance[] }>;
}

export const managerPath = ({ projectId, region, group }: Omit<Place, 'ceiling'>): string =>
  `/projects/${projectId}/regions/${region}/instanceGroupManagers/${group}`;

/** `elsewhere`: for tests. */
export function gcpMachines(place: Place, elsewhere?: Elsewhere): Machines {
  const api = gcpApi(elsewhere);
  const path = managerPath(place);

  const seek = () => api.get<Manager>(path);
  const find = async (): Promise<Manager> => (await seek()) ?? missing();
  const missing = (): never => {
    throw new CoveError(
      'not_found',
      `Google Cloud has no instance group ${place.group} in ${place.region}: run \`cove up\`, which makes it`,
    );
  };
  const managed = async (): Promise<Managed[]> => {
    const pages = await api.pages<{ managedInstances?: Managed[] }>('POST', `${path}/listManagedInstances`);
    return pages.flatMap(({ managedInstances }) => managedInstances ?? []);
  };
  /** By id: the group does not tell when a machine was made, nor of those that it let go of. It is named as they are. */
  const named = async (): Promise<Map<string, Instance & { zone: string }>> => {
    const filter = encodeURIComponent(`name eq "${place.group}-[a-z0-9]{4}"`);
    const pages = await api.pages<Instances>(
      'GET',
      `/projects/${place.projectId}/aggregated/instances?filter=${filter}`,
    );
    const zones = pages.flatMap(({ items }) => Object.entries(items ?? {}));
    return new Map(
      zones.flatMap(([zone, { instances }]) =>
        (instances ?? []).map((one) => [one.id, { ...one, zone }] as const),
      ),
    );
  };
  const inspect = async (all: Managed[]) => {
    const there = await named();
    const own = all.flatMap((one) => {
      const made = there.get(one.id ?? '')?.creationTimestamp;
      return one.id === undefined || made === undefined
        ? []
        : [{ id: one.id, state: stateOf(one), launchedAt: new Date(made) }];
    });
    const members = new Set(all.map(({ id }) => id));
    const strays = [...there.values()].filter((one) => isOurs(one) && !members.has(one.id));
    return { own, strays };
  };
  const remove = async (gone: Managed[]): Promise<void> => {
    if (gone.length === 0) return;
    // One that is gone meanwhile is no error. Google asks for as many fewer by itself.
    const instances = gone.map(({ instance }) => instance);
    await api.send(`${path}/deleteInstances`, { instances, skipInstancesOnValidationError: true });
  };

  return {
    async look(): Promise<GroupLook> {
      const manager = await seek();
      const all = manager === null ? [] : await managed();
      const { own, strays } = await inspect(all);
      if (manager === null && strays.length === 0) return missing();
      const machines = [...own, ...strays.map(strayOf)];
      const { targetSize: wanted } = manager ?? { targetSize: 0 };
      return { wanted, largest: manager === null ? 0 : place.ceiling, machines, refusal: refusalOf(all) };
    },
    async grow(wanted) {
      const { targetSize } = await find();
      if (wanted > targetSize) await api.send(`${path}/resize?size=${wanted}`);
    },
    async end(ids) {
      const all = (await seek()) === null ? [] : await managed();
      await remove(all.filter((one) => ids.includes(one.id ?? '') && stateOf(one) !== 'ending'));
      const { strays } = await inspect(all);
      for (const one of strays.filter(({ id }) => ids.includes(id)))
        if (strayOf(one).state !== 'ending')
          await api.remove(`/projects/${place.projectId}/${one.zone}/instances/${one.name}`);
    },
    async forgo() {
      await remove((await managed()).filter((one) => one.id === undefined && stateOf(one) !== 'ending'));
    },
    async describe(id) {
      const found = (await managed()).filter((one) => one.id === id && stateOf(one) !== 'ending');
      return found.length === 0 ? null : ((await inspect(found)).own[0] ?? null);
    },
    close() {},
  };
}

/** As the stack labels them: nobody else's machine is ended for its name. */
const isOurs = ({ labels }: Instance) => labels?.['managed-by'] === 'cove' && labels.component === 'worker';
const strayOf = ({ id, status, creationTimestamp }: Instance): CloudMachine => ({
  id,
  state: stateOf({ instance: '', ...(status !== undefined && { instanceStatus: status }) }),
  launchedAt: new Date(creationTimestamp),
  stray: true,
});

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
