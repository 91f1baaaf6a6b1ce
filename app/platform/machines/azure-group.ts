/** Which scale set a machine belongs to. */
import { type Instance, scaleSetPath } from './azure.ts';
import { azureApi, type Elsewhere } from './azure-api.ts';

export async function azureGroupOf(
  place: { subscriptionId: string; resourceGroup: string },
  vmId: string,
  elsewhere?: Elsewhere,
): Promise<string | null> {
  const api = azureApi(elsewhere);
  const all = scaleSetPath({ ...place, group: '' }).replace(/\/$/, '');
  for (const { name } of await api.list<{ name: string }>(all)) {
    const machines = await api.list<Instance>(`${scaleSetPath({ ...place, group: name })}/virtualMachines`);
    if (machines.some(({ properties }) => properties.vmId === vmId)) return name;
  }
  return null;
}
