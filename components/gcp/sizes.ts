/** Machine types of the profiles on Google Cloud, where the config names none. Pure. */
import type { GcpConfig } from '../../config/schema.ts';

const MACHINES = {
  dev: { appHost: 'e2-standard-2', database: 'db-custom-1-3840', databaseGb: 20, queueGb: 1 },
  prod: { appHost: 'n2-standard-4', database: 'db-custom-2-8192', databaseGb: 80, queueGb: 8 },
} as const;

export function machinesOf({ profile, appHost, database, queue }: GcpConfig) {
  const defaults = MACHINES[profile];
  return {
    appHost: { type: appHost.machineType ?? defaults.appHost, diskGb: appHost.diskGb ?? 80 },
    database: {
      type: database.tier ?? defaults.database,
      diskGb: database.diskGb ?? defaults.databaseGb,
    },
    queue: { memoryGb: queue.memoryGb ?? defaults.queueGb },
  };
}
