/** A scale set of Azure, as far as the machines of workers are asked for: it grows at once. */
import { Answer, type Asked } from './server.ts';

export interface ScaleSetArgs {
  subscriptionId: string;
  resourceGroup: string;
  group: string;
}
export interface ScaleSet {
  /** Undefined: it is not about this scale set. */
  answer(asked: Asked): unknown;
  /** `vmId` of its machines. */
  ids(): string[];
}

/** Azure REST API, "Virtual Machine Scale Sets": Get, Update, List VMs, Delete Instances. */
export function scaleSet({ subscriptionId, resourceGroup, group }: ScaleSetArgs): ScaleSet {
  const path = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/${group}`;
  let capacity = 0;
  let counter = 0;
  let machines: { instanceId: string; properties: { vmId: string } & Record<string, string> }[] = [];
  const fill = () => {
    while (machines.length < capacity) {
      counter += 1;
      const timeCreated = new Date().toISOString();
      const properties = { vmId: `vm-${counter}`, provisioningState: 'Succeeded', timeCreated };
      machines.push({ instanceId: String(counter), properties });
    }
  };
  const itself = () => ({ name: group, sku: { name: 'Standard_D4s_v5', tier: 'Standard', capacity } });
  return {
    ids: () => machines.map(({ properties }) => properties.vmId),
    answer({ method, path: asked, body }) {
      switch (`${method} ${asked}`) {
        case `GET ${path}`:
          return itself();
        case `PATCH ${path}`:
          capacity = body.sku.capacity;
          fill();
          return new Answer(202, {});
        case `GET ${path}/virtualMachines`:
          return { value: machines };
        case `GET ${path}/instanceView`:
          return { statuses: [] };
        case `POST ${path}/delete`:
          machines = machines.filter(({ instanceId }) => !body.instanceIds.includes(instanceId));
          capacity = machines.length;
          return new Answer(202, {});
        default:
          return undefined;
      }
    },
  };
}
