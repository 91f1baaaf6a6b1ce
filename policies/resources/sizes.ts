/** What database classes hold, and how long versions of PostgreSQL get fixes. Pure. */

export interface Size {
  cpus: number;
  gib: number;
}
/** The documented minimum of an installation that people rely on. */
export const MINIMUM = { cpus: 2, gib: 8, diskGb: 80 };
export const isEnough = ({ cpus, gib }: Size): boolean => cpus >= MINIMUM.cpus && gib >= MINIMUM.gib;

/** Last day of fixes (postgresql.org/support/versioning). */
const ENDS: Record<number, string> = {
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
};
export const isSupported = (major: number, today: string): boolean => today <= (ENDS[major] ?? '');

const T_GIB: Record<string, number> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
};

/** `db.m7g.large`; undefined for a class that is not known. */
export function awsSize(name: string): Size | undefined {
  const match = /^(?:db|cache)\.([a-z])([a-z0-9]*)\.(?:(\d*)x)?(micro|small|medium|large)$/.exec(name);
  if (match === null) return undefined;
  const [, family = '', , times, word = ''] = match;
  if (family === 't')
    return {
      cpus: word === 'large' && times !== undefined ? 4 * Number(times || 1) : 2,
      gib: T_GIB[times === undefined ? word : `${times}xlarge`] ?? 0,
    };
  const cpus = times === undefined ? ({ medium: 1, large: 2 }[word] ?? 1) : 4 * Number(times || 1);
  const perCpu = { c: 2, m: 4, r: 8, x: 16, z: 8 }[family];
  return perCpu === undefined ? undefined : { cpus, gib: cpus * perCpu };
}

/** `db-custom-2-8192`, `db-perf-optimized-N-2`, `db-f1-micro`. */
export function gcpSize(tier: string): Size | undefined {
  if (tier === 'db-f1-micro') return { cpus: 1, gib: 0.6 };
  if (tier === 'db-g1-small') return { cpus: 1, gib: 1.7 };
  const custom = /^db-custom-(\d+)-(\d+)$/.exec(tier);
  if (custom !== null) return { cpus: Number(custom[1]), gib: Number(custom[2]) / 1024 };
  const optimized = /^db-perf-optimized-N-(\d+)$/.exec(tier);
  return optimized === null ? undefined : { cpus: Number(optimized[1]), gib: Number(optimized[1]) * 8 };
}

const BURSTABLE: Record<string, Size> = {
  B1ms: { cpus: 1, gib: 2 },
  B2s: { cpus: 2, gib: 4 },
  B2ms: { cpus: 2, gib: 8 },
};
/** `Standard_D2ds_v5` has 4 GiB for each vCPU, `Standard_E2ds_v5` 8. */
export function azureSize(name: string): Size | undefined {
  const size = name.replace(/^Standard_/, '');
  if (BURSTABLE[size] !== undefined) return BURSTABLE[size];
  const match = /^([BDE])(\d+)/.exec(size);
  if (match === null) return undefined;
  const cpus = Number(match[2]);
  return { cpus, gib: cpus * (match[1] === 'E' ? 8 : 4) };
}
