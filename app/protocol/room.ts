/** What machines have and jobs take of them: the same words for worker and API. Pure. */
import { z } from 'zod';

/** Cores, bytes of memory, and devices by the name that steps give them, such as `nvidia.com/gpu`. */
export const Resources = z.object({
  cpus: z.number(),
  memory: z.int(),
  devices: z.record(z.string(), z.int().min(0)),
});
export type Resources = z.infer<typeof Resources>;
export const GPU = 'nvidia.com/gpu';

/** What a step asks for. `requests`: at least; `limits`: at most. `devices` null: none told, which is not the same as none. */
export interface Asked {
  requests: { cpus: number | null; memory: number | null };
  limits: { cpus: number | null; memory: number | null };
  devices: Record<string, number> | null;
}

/** Rounding of a machine's cores into shares is no reason to refuse a job. */
const EPSILON = 1e-6;

/**
 * What a job is counted as: what it requests; else its machine's share for one job, and less where it is content with
 * less. Of memory it may use no more than it is counted as, so never less than its share.
 */
export function booked({ requests, limits, devices }: Asked, share: Resources): Resources {
  return {
    cpus: requests.cpus ?? Math.min(limits.cpus ?? share.cpus, share.cpus),
    memory: Math.max(requests.memory ?? 0, Math.min(limits.memory ?? share.memory, share.memory)),
    devices: devices ?? share.devices,
  };
}

export const fits = (needs: Resources, free: Resources): boolean =>
  needs.cpus <= free.cpus + EPSILON &&
  needs.memory <= free.memory &&
  Object.entries(needs.devices).every(([name, count]) => count <= (free.devices[name] ?? 0));

/** What is left of `whole` beside those that run. Never less than nothing. */
export function freeBeside(whole: Resources, running: readonly Resources[]): Resources {
  const sum = (of: (one: Resources) => number) => running.reduce((total, one) => total + of(one), 0);
  const left = (name: string, all: number) => Math.max(0, all - sum(({ devices }) => devices[name] ?? 0));
  return {
    cpus: Math.max(0, whole.cpus - sum(({ cpus }) => cpus)),
    memory: Math.max(0, whole.memory - sum(({ memory }) => memory)),
    devices: Object.fromEntries(Object.entries(whole.devices).map(([name, all]) => [name, left(name, all)])),
  };
}

/** One job's part of a machine that runs `slots` of those that ask for nothing. Devices are never shared. */
export const shareOf = ({ cpus, memory, devices }: Resources, slots: number): Resources => ({
  cpus: cpus / slots,
  memory: Math.floor(memory / slots),
  devices: Object.fromEntries(
    Object.entries(devices).map(([name, count]) => [name, Math.floor(count / slots)]),
  ),
});
