/** Machine types of the profiles on AWS, where the config names none. Pure. */
import type { AwsConfig } from '../../config/schema.ts';

const MACHINES = {
  dev: { appHost: 't3.large', database: 'db.t4g.medium', databaseGb: 20, queue: 'cache.t4g.small' },
  prod: { appHost: 'm7i.xlarge', database: 'db.m7g.large', databaseGb: 80, queue: 'cache.r7g.large' },
} as const;

export function machinesOf({ profile, appHost, database, queue }: AwsConfig) {
  const defaults = MACHINES[profile];
  return {
    appHost: { type: appHost.machineType ?? defaults.appHost, diskGb: appHost.diskGb ?? 80 },
    database: {
      type: database.instanceClass ?? defaults.database,
      diskGb: database.diskGb ?? defaults.databaseGb,
    },
    queue: { type: queue.nodeType ?? defaults.queue },
  };
}
