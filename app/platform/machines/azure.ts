/**
 * A scale set of Azure (uniform). It is made so that nothing grows or shrinks it but the application. A machine is named
 * by its `vmId`, which it can prove. Rights: infrastructure reference 2.2, "Azure".
 */
import { CoveError } from '../errors.ts';
import { azureApi, type Elsewhere } from './azure-api.ts';
import type { CloudMachine, GroupLook, Machines } from './machines.ts';

interface Place {
  subscriptionId: string;
  resourceGroup: string;
  group: string;
}
interface ScaleSet {
  sku: { name: string; tier?: string; capacity?: number };
}
export interface Instance {
  instanceId: string;
  properties: { vmId?: string; provisioningState?: string; timeCreated?: string };
}
interface InstanceView {
  statuses?: Status[];
}
interface Status {
  level?: string;
  message?: string;
  time?: string;
}

/** Most machines of a scale set. */
const MOST = 1000;
/** A failure older than this says nothing about now. */
const REFUSAL_MS = 10 * 60_000;

export const scaleSetPath = ({ subscriptionId, resourceGroup, group }: Place): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/${group}`;

/** `elsewhere`: for tests. */
export function azureMachines(place: Place, elsewhere?: Elsewhere): Machines {
  const api = azureApi(elsewhere);
  const path = scaleSetPath(place);

  const find = async (): Promise<ScaleSet> => {
    const found = await api.get<ScaleSet>(path);
    if (found !== null) return found;
    throw new CoveError(
      'not_found',
      `Azure has no scale set ${place.group} in ${place.resourceGroup}: run \`cove up\`, which makes it`,
    );
  };
  const instances = () => api.list<Instance>(`${path}/virtualMachines`);
  const ask = ({ sku }: ScaleSet, capacity: number) => api.send('PATCH', path, { sku: { ...sku, capacity } });

  const look = async (): Promise<GroupLook> => {
    const { sku } = await find();
    const machines = (await instances()).flatMap(machineOf);
    const wanted = sku.capacity ?? 0;
    const isShort = machines.filter(({ state }) => state !== 'ending').length < wanted;
    const view = isShort ? await api.get<InstanceView>(`${path}/instanceView`) : null;
    return { wanted, largest: MOST, machines, refusal: refusalOf(view?.statuses, Date.now()) };
  };

  return {
    look,
    async grow(wanted) {
      const found = await find();
      if (wanted > (found.sku.capacity ?? 0)) await ask(found, wanted);
    },
    async end(ids) {
      const all = await instances();
      const instanceIds = all
        .filter((one) => ids.includes(one.properties.vmId ?? '') && machineOf(one)[0]?.state !== 'ending')
        .map(({ instanceId }) => instanceId);
      // Azure asks for as many fewer by itself.
      if (instanceIds.length > 0) await api.send('POST', `${path}/delete`, { instanceIds });
    },
    async forgo() {
      const found = await find();
      const alive = (await instances()).flatMap(machineOf).filter(({ state }) => state !== 'ending').length;
      if (alive < (found.sku.capacity ?? 0)) await ask(found, alive);
    },
    async describe(id) {
      const machines = (await instances()).flatMap(machineOf);
      return machines.find((machine) => machine.id === id && machine.state !== 'ending') ?? null;
    },
    close() {},
  };
}

/** None for one that has no id yet. Pure. Source: Azure, "Virtual machine states and provisioning states". */
export function machineOf({ properties }: Instance): CloudMachine[] {
  const { vmId, provisioningState, timeCreated } = properties;
  if (vmId === undefined) return [];
  const state =
    provisioningState === 'Deleting' ? 'ending' : provisioningState === 'Creating' ? 'starting' : 'running';
  return [{ id: vmId, state, launchedAt: timeCreated === undefined ? new Date() : new Date(timeCreated) }];
}

/** What the scale set's newest failure says, where it is recent. Pure. */
export function refusalOf(statuses: Status[] | undefined, now: number): string | null {
  const failed = statuses?.findLast(({ level }) => level === 'Error');
  if (failed === undefined) return null;
  const age = failed.time === undefined ? 0 : now - Date.parse(failed.time);
  return age < REFUSAL_MS ? (failed.message ?? 'Azure gave no reason') : null;
}
