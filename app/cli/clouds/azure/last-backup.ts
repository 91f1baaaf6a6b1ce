/**
 * A last copy of PostgreSQL: a full backup, taken by hand before the server is deleted. Azure keeps it for five days after
 * that, and makes a server of it again in the same network. Source: "Restore a deleted server" (learn.microsoft.com).
 */
import type { AzureConfig } from '../../../../config/schema.ts';
import type { StateResource } from '../../engine/state-file.ts';
import { type Arm, openArm } from './arm.ts';

const VERSION = '2024-08-01';
/** That by which Microsoft's page makes a server of what is left. */
const REVIVING = '2025-08-01';
const TYPE = 'azure-native:dbforpostgresql:Server';

export async function lastBackup(
  _name: string,
  { subscriptionId, region }: AzureConfig,
  kept: StateResource[],
  say: (line: string) => void,
  arm: Arm = openArm(),
  now = new Date(),
): Promise<string[]> {
  const told: string[] = [];
  for (const { id } of kept.filter(({ type }) => type === TYPE)) {
    if (id === undefined || (await arm.get(id, VERSION)) === null) continue;
    const backup = `final-${now.toISOString().slice(0, 16).replace(/\D/g, '')}`;
    say(`backup ${backup} of ${id.split('/').at(-1)}`);
    await arm.put(`${id}/backups/${backup}`, VERSION, undefined);
    const body = {
      location: region,
      properties: {
        createMode: 'ReviveDropped',
        sourceServerResourceId: id,
        pointInTimeUTC: now.toISOString(),
      },
    };
    told.push(
      `PostgreSQL can be had back for five days (subscription ${subscriptionId}), where its network is still there:`,
      `  az rest --method put --url "https://management.azure.com${id}?api-version=${REVIVING}" --body '${JSON.stringify(body)}'`,
    );
  }
  return told;
}
