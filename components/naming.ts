/**
 * Names of things in a cloud: every one begins `cove-<installation>-`, and none is longer than its kind may be.
 * The limits are the clouds' own; a name that does not fit is shortened, and ends in a hash of what was left out. Pure.
 */
import { createHash } from 'node:crypto';

/** `cove-<installation>-<part>`, at most `limit` characters (63: what DNS allows, and most kinds). */
export function physicalName(installation: string, part: string, limit = 63): string {
  const whole = `cove-${installation}-${part}`;
  if (whole.length <= limit) return whole;
  return `${whole.slice(0, limit - 7).replace(/-+$/, '')}-${hash(whole)}`;
}
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 6);

/** Load balancers and target groups of AWS: 32. */
export const balancerName = (installation: string, part: string) => physicalName(installation, part, 32);
/** Users, groups and replication groups of ElastiCache: 40. */
export const cacheName = (installation: string, part: string) => physicalName(installation, part, 40);
/** Roles and instance profiles of IAM: 64. */
export const roleName = (installation: string, part: string) => physicalName(installation, part, 64);
/** Buckets: 63, and nobody else in the world may have it, so account and region are in it. */
export const bucketName = (installation: string, part: string, account: string, region: string) =>
  physicalName(installation, `${part}-${account}-${region}`, 63);
