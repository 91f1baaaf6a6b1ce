/** How many machines the jobs that wait need, by what they ask for and what a machine has. Pure. */
import { type Asked, booked, fits, freeBeside, type Resources, shareOf } from '../../../core/workers/room.ts';
import type { MachineWorker, State } from './state.ts';

export interface Need {
  /** Machines beside those that have a job already. */
  more: number;
  /** Jobs for which no machine of this size helps. */
  tooLarge: number;
}
/** What is left of a machine. */
interface Bin {
  slots: number;
  free: Resources;
}
/** Where no machine has told what it has, jobs are counted by slots alone. */
const UNKNOWN: Resources = { cpus: 0, memory: 0, devices: {} };
const NOTHING: Asked = {
  requests: { cpus: null, memory: null },
  limits: { cpus: null, memory: null },
  devices: null,
};

/**
 * The largest first, each where it fits first: beside the jobs of `busy`, then on a machine more. `most`: more machines
 * than that are not counted, for nobody would start them.
 */
export function need(
  { waiting, size, slots }: Pick<State, 'waiting' | 'size' | 'slots'>,
  busy: readonly MachineWorker[],
  most: number,
): Need {
  const whole = size ?? UNKNOWN;
  const share = shareOf(whole, slots);
  const counted = (asked: Asked) => booked(size === null ? NOTHING : asked, share);
  const bins: Bin[] = busy.map(({ running, holds }) => ({
    slots: Math.max(0, slots - running),
    free: freeBeside(whole, holds.map(counted)),
  }));
  const jobs = waiting.map(({ asked, jobs: count }) => ({ needs: counted(asked), count }));
  let tooLarge = 0;
  let more = 0;
  for (const { needs, count } of jobs.toSorted((a, b) => weight(b.needs) - weight(a.needs))) {
    if (!fits(needs, whole)) {
      tooLarge += count;
      continue;
    }
    let left = count;
    for (const bin of bins) left -= put(bin, needs, left);
    for (; left > 0 && more <= most; more += 1) {
      const bin = { slots, free: whole };
      left -= put(bin, needs, left);
      bins.push(bin);
    }
  }
  return { more, tooLarge };
}

/** GPUs are what is short, then memory. */
const weight = ({ devices, memory, cpus }: Resources): number =>
  Object.values(devices).reduce((sum, count) => sum + count, 0) * 2 ** 50 + memory + cpus;

/** How many of up to `most` such jobs it takes. */
function put(bin: Bin, needs: Resources, most: number): number {
  let taken = 0;
  for (; taken < most && bin.slots > 0 && fits(needs, bin.free); taken++) {
    bin.slots -= 1;
    bin.free = freeBeside(bin.free, [needs]);
  }
  return taken;
}
