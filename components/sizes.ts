/** What a profile decides, whichever the cloud: how much is doubled, kept and guarded. Pure. */
import type { Config } from '../config/schema.ts';

type CloudConfig = Exclude<Config, { target: 'local' }>;

export interface Sizes {
  zones: number;
  natPerZone: boolean;
  /** A standby of PostgreSQL and a replica of Redis in another zone. */
  highAvailability: boolean;
  backupDays: number;
  logDays: number;
  /** What holds data cannot be deleted through the cloud either. */
  deletionProtection: boolean;
  /** A firewall for web requests in front of a public load balancer. */
  webFirewall: boolean;
}

const DEV: Sizes = {
  zones: 2,
  natPerZone: false,
  highAvailability: false,
  backupDays: 7,
  logDays: 7,
  deletionProtection: false,
  webFirewall: false,
};
const PROD: Sizes = {
  zones: 3,
  natPerZone: true,
  highAvailability: true,
  backupDays: 14,
  logDays: 30,
  deletionProtection: true,
  webFirewall: true,
};

/** The profile's, and what the config says otherwise. */
export function sizesOf({
  profile,
  backupDays,
  logDays,
}: Pick<CloudConfig, 'profile' | 'backupDays'> & { logDays?: number | undefined }): Sizes {
  const sizes = profile === 'prod' ? PROD : DEV;
  return { ...sizes, backupDays: backupDays ?? sizes.backupDays, logDays: logDays ?? sizes.logDays };
}
