/** The host without SSH: its console output (boot diagnostics), and commands on it (run command). */
import type { AzureConfig, AzureWorkersConfig } from '../../../../config/schema.ts';
import { hostOf, noHost } from '../host.ts';
import { type Arm, openArm } from './arm.ts';

const VERSION = '2024-11-01';

/** Id of the newest host. Null: there is none. */
export async function findHost(
  name: string,
  config: AzureConfig | AzureWorkersConfig,
  arm: Arm,
): Promise<string | null> {
  const group = config.given.resourceGroup ?? `cove-${name}`;
  const sets = await arm.list<{ id: string; tags?: Record<string, string> }>(
    `/subscriptions/${config.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Compute/virtualMachineScaleSets`,
    VERSION,
  );
  const hosts = sets.filter(({ tags }) => tags?.component === hostOf(config) && tags.installation === name);
  const machines = await Promise.all(
    hosts.map(({ id }) =>
      arm.list<{ id: string; properties?: { timeCreated?: string } }>(`${id}/virtualMachines`, VERSION),
    ),
  );
  const born = ({ properties }: { properties?: { timeCreated?: string } }) => properties?.timeCreated ?? '';
  const [newest] = machines.flat().sort((a, b) => born(b).localeCompare(born(a)));
  return newest?.id ?? null;
}

export async function bootLog(
  name: string,
  config: AzureConfig | AzureWorkersConfig,
  arm = openArm(),
): Promise<string | null> {
  const host = await findHost(name, config, arm);
  if (host === null) return null;
  const { serialConsoleLogBlobUri: log } = await arm.post<{ serialConsoleLogBlobUri?: string }>(
    `${host}/retrieveBootDiagnosticsData`,
    VERSION,
    {},
  );
  if (log === undefined) return '';
  // The address is signed: no login is sent there.
  const response = await fetch(log, { signal: AbortSignal.timeout(60_000) });
  return response.ok ? await response.text() : '';
}

export async function runOnHost(
  name: string,
  config: AzureConfig | AzureWorkersConfig,
  command: string,
  arm = openArm(),
): Promise<string> {
  const host = await findHost(name, config, arm);
  if (host === null) throw noHost(name, config);
  const { value = [] } = await arm.post<{ value?: { message?: string }[] }>(`${host}/runCommand`, VERSION, {
    commandId: 'RunShellScript',
    script: [command],
  });
  return outputOf(value.map(({ message }) => message ?? '').join('\n'));
}

/** Azure answers one text with `[stdout]` and `[stderr]` in it. Pure. */
export function outputOf(message: string): string {
  const [, stdout] = /\[stdout\]\n([\s\S]*?)\n?\[stderr\]/.exec(message) ?? [];
  return stdout ?? message;
}
