/** Room on the machine's disk: a job that finds too little waits for it, after what was kept for later jobs has gone. */
import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobFailure } from '../executors/executor.ts';
import type { Teller, Told } from '../progress.ts';
import { size } from './checksums.ts';

const GIBIBYTE = 1024 ** 3;
/** Always left free, for what jobs write and images unpack to: a twentieth of the disk, at most this. */
const MOST_RESERVE = 2 * GIBIBYTE;
const LOOK_MS = 5_000;
/** A job that waits says so again after so many looks. */
const SAY_EVERY = 60;

/** Something that is only kept so that it need not be fetched again. */
export interface Kept {
  id: string;
  size: number;
  /** Milliseconds since 1970. */
  usedAt: number;
  drop(): Promise<void>;
}
/** Lists what it keeps, in no order. */
export type Keeper = () => Promise<Kept[]>;
export interface Disk {
  total: number;
  free: number;
}

export type Decision<K> =
  | { kind: 'room' }
  | { kind: 'drop'; what: K[] }
  | { kind: 'wait'; missing: number }
  | { kind: 'never' };

/**
 * What to do for so many bytes beside those that others were promised. Drops the least recently used first, no more than
 * is needed, and also where it will not do: the rest may come from jobs that end. Pure.
 */
export function decide<K extends Pick<Kept, 'size' | 'usedAt'>>(
  needed: number,
  { total, free }: Disk,
  promised: number,
  kept: readonly K[],
): Decision<K> {
  const reserve = Math.min(MOST_RESERVE, total / 20);
  if (needed + reserve > total) return { kind: 'never' };
  let missing = needed + promised + reserve - free;
  if (missing <= 0) return { kind: 'room' };
  const what: K[] = [];
  for (const one of kept.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (missing <= 0) break;
    what.push(one);
    missing -= one.size;
  }
  return what.length === 0 ? { kind: 'wait', missing } : { kind: 'drop', what };
}

interface Shortage extends Disk {
  missing: number;
  /** To jobs whose files are not all there yet. */
  promised: number;
}
function shortage(needed: number, { total, free, missing, promised }: Shortage): Told {
  const others = promised > 0 ? `, ${size(promised)} promised to other jobs` : '';
  return {
    message: `Waiting for room on the machine's disk: ${size(needed)} needed, ${size(free)} free${others}; ${size(missing)} must be freed`,
    numbers: {
      bytes_needed: needed,
      bytes_free: free,
      bytes_promised: promised,
      bytes_missing: missing,
      bytes_total: total,
    },
  };
}

export class DiskGovernor {
  readonly #keepers: Keeper[];
  readonly #measure: () => Promise<Disk>;
  readonly #lookMs: number;
  #promised = 0;
  /** One at a time: two that look at once would both count the same room as theirs. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, keepers: Keeper[], { measure = () => diskOf(folder), lookMs = LOOK_MS } = {}) {
    this.#keepers = keepers;
    this.#measure = measure;
    this.#lookMs = lookMs;
  }

  /** Waits for room and promises it; gives what ends the promise, once the bytes are on the disk or not wanted. */
  async room(
    bytes: number,
    { signal, status, progress }: { signal: AbortSignal } & Teller,
  ): Promise<() => void> {
    for (let looks = 0; ; looks++) {
      signal.throwIfAborted();
      const turn = this.#turn.then(() => this.#take(bytes));
      this.#turn = turn.catch(() => {});
      const found = await turn;
      if (found === null) break;
      const { message, numbers } = shortage(bytes, found);
      if (looks % SAY_EVERY === 0) status(message);
      progress?.(message, numbers);
      await sleep(this.#lookMs, undefined, { signal });
    }
    let held = bytes;
    return () => {
      this.#promised -= held;
      held = 0;
    };
  }

  /** Drops all that is only kept and not in use; gives how many bytes that were. */
  async empty(): Promise<number> {
    let bytes = 0;
    for (const one of await this.#kept())
      bytes += await one.drop().then(
        () => one.size,
        () => 0,
      );
    return bytes;
  }

  async #kept(): Promise<Kept[]> {
    return (await Promise.all(this.#keepers.map((keeper) => keeper().catch(() => [])))).flat();
  }

  /** Null: the bytes are promised. Else how the disk is, and what is missing. */
  async #take(bytes: number): Promise<Shortage | null> {
    const given = new Set<string>();
    for (;;) {
      const disk = await this.#measure();
      let decision = decide<Kept>(bytes, disk, this.#promised, []);
      // Most jobs find room: what is kept is looked through for the others alone.
      if (decision.kind === 'wait') {
        const kept = (await this.#kept()).filter(({ id }) => !given.has(id));
        decision = decide(bytes, disk, this.#promised, kept);
      }
      if (decision.kind === 'wait') return { ...disk, missing: decision.missing, promised: this.#promised };
      if (decision.kind === 'never') {
        const message = `The job's image and inputs need ${size(bytes)}; the machine's whole disk has ${size(disk.total)}`;
        throw new JobFailure('job', `${message}. Run it where there is a larger one.`);
      }
      if (decision.kind === 'room') {
        this.#promised += bytes;
        return null;
      }
      for (const one of decision.what) {
        given.add(one.id);
        await one.drop().catch(() => {}); // in use: the next one goes
      }
    }
  }
}

async function diskOf(folder: string): Promise<Disk> {
  const { blocks, bavail, bsize } = await statfs(folder);
  return { total: blocks * bsize, free: bavail * bsize };
}
