/** A subscription as the command line asks for it through the management API: whatever is put stays; a host answers. */
import { NAMESPACES } from '../../../app/cli/clouds/azure/judge.ts';
import { Answer, type Service } from './server.ts';

export interface SubscriptionArgs {
  subscriptionId: string;
  region: string;
  installation: string;
  /** Name of its key vault. */
  vault: string;
  /** Its one machine. @default 'app-host' */
  host?: string;
}
export interface Subscription {
  services: Service[];
  /** Told to the host, by Azure's run-command. */
  commands: string[];
  /** Ids of backups that were asked for. */
  backups: string[];
}

const size = (name: string, vcpus: number) => ({
  resourceType: 'virtualMachines',
  name,
  family: 'standardDSv5Family',
  capabilities: [{ name: 'vCPUs', value: String(vcpus) }],
  locationInfo: [{ zones: ['1', '2', '3'] }],
});

export function subscription({
  subscriptionId,
  region,
  installation,
  vault,
  host = 'app-host',
}: SubscriptionArgs): Subscription {
  const root = `/subscriptions/${subscriptionId}`;
  const group = `${root}/resourceGroups/cove-${installation}/providers`;
  const set = `${group}/Microsoft.Compute/virtualMachineScaleSets/cove-${installation}-${host}`;
  const things = new Map<string, object>();
  const commands: string[] = [];
  const backups: string[] = [];
  const lists: Record<string, object[]> = {
    [`${root}/providers`]: NAMESPACES.map((namespace) => ({ namespace, registrationState: 'Registered' })),
    [`${root}/providers/Microsoft.Compute/skus`]: [
      size('Standard_D4s_v5', 4),
      size('Standard_D2s_v5', 2),
      size('Standard_B1ms', 1),
    ],
    [`${root}/providers/Microsoft.Compute/locations/${region}/usages`]: [
      { name: { value: 'cores' }, currentValue: 0, limit: 100 },
    ],
    [`${root}/providers/Microsoft.Network/locations/${region}/usages`]: [],
    [`${root}/providers/Microsoft.Network/virtualNetworks`]: [],
    [`${root}/providers/Microsoft.DBforPostgreSQL/locations/${region}/capabilities`]: [],
    [`${root}/providers/Microsoft.Authorization/permissions`]: [
      { actions: ['*'], notActions: [], dataActions: ['Microsoft.KeyVault/*'], notDataActions: [] },
    ],
    [`${group}/Microsoft.KeyVault/vaults`]: [
      { tags: { installation }, properties: { vaultUri: `https://${vault}.vault.azure.net/` } },
    ],
    [`${group}/Microsoft.Compute/virtualMachineScaleSets`]: [
      { id: set, tags: { component: host, installation } },
    ],
    [`${set}/virtualMachines`]: [
      { id: `${set}/virtualMachines/0`, properties: { timeCreated: '2026-01-01T00:00:00Z' } },
    ],
  };
  const service: Service = {
    name: 'management.azure.com',
    audience: /^https:\/\/management\.azure\.com\/?$/,
    answer({ method, path, body }) {
      if (method === 'PUT') {
        if (/\/flexibleServers\/[^/]+\/backups\//.test(path)) backups.push(path);
        things.set(path, body);
        return new Answer(201, body);
      }
      const thing = things.get(path) as { properties?: object } | undefined;
      if (thing !== undefined)
        return { ...thing, id: path, properties: { ...thing.properties, provisioningState: 'Succeeded' } };
      if (lists[path] !== undefined) return { value: lists[path] };
      if (path === root) return { displayName: 'ours', state: 'Enabled' };
      if (/\/features\/\w+$/.test(path)) return { properties: { state: 'Registered' } };
      if (path === `${set}/virtualMachines/0/retrieveBootDiagnosticsData`)
        return { serialConsoleLogBlobUri: 'https://console.blob.core.windows.net/log' };
      if (path === `${set}/virtualMachines/0/runCommand`) {
        commands.push(...body.script);
        return { value: [{ message: 'Enable succeeded: \n[stdout]\nactive\n\n[stderr]\n' }] };
      }
      // What the engine has made is the fake cloud's affair; here it is enough that it is there.
      if (method === 'GET' && /\/flexibleServers\/[^/]+$/.test(path)) return { id: path };
      return undefined;
    },
  };
  /** A signed address, which wants no token. */
  const log: Service = {
    name: 'console.blob.core.windows.net',
    answer: () => new Answer(200, 'Linux version 6.8.0-azure\n'),
  };
  return { services: [log, service], commands, backups };
}
