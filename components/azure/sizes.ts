/** Machine types of the profiles on Azure, where the config names none. Pure. */
import type { AzureConfig } from '../../config/schema.ts';

const MACHINES = {
  dev: { appHost: 'Standard_D2s_v5', database: 'Standard_B2s', databaseGb: 32, queue: 'Balanced_B1' },
  prod: { appHost: 'Standard_D4s_v5', database: 'Standard_D2ds_v5', databaseGb: 128, queue: 'Balanced_B10' },
} as const;

export function machinesOf({ profile, appHost, database, queue }: AzureConfig) {
  const defaults = MACHINES[profile];
  return {
    appHost: { type: appHost.machineType ?? defaults.appHost, diskGb: appHost.diskGb ?? 80 },
    database: { type: database.sku ?? defaults.database, diskGb: database.diskGb ?? defaults.databaseGb },
    queue: { type: queue.sku ?? defaults.queue },
  };
}

/** What flexible servers call the family of a size. */
export const tierOf = (sku: string): 'Burstable' | 'GeneralPurpose' | 'MemoryOptimized' =>
  sku.startsWith('Standard_B')
    ? 'Burstable'
    : sku.startsWith('Standard_E')
      ? 'MemoryOptimized'
      : 'GeneralPurpose';
