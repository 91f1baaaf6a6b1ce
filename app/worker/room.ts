/** What this machine has, and who of the jobs under way has what of it: no more are taken than fit, no GPU is given twice. */
import { availableParallelism, totalmem } from 'node:os';
import { type Asked, booked, freeBeside, GPU, type Resources, shareOf } from '../protocol/room.ts';
import type { JobSpec } from '../protocol/worker.ts';

const MEBIBYTE = 1024 * 1024;
/** Left to the machine itself, so that a job that takes all memory ends as the one who did. */
const RESERVED_BYTES = 512 * MEBIBYTE;

/** Of a machine's memory, what jobs may have together. */
export const memoryForJobs = (total: number): number =>
  Math.floor(Math.max(total / 2, total - RESERVED_BYTES));

/** What a job has of the machine. */
export interface Allotment {
  /** The most memory that it may use, in bytes. */
  memory: number;
  /** Ids of its GPUs. Null: the machine has none that could be given or kept from it. */
  gpus: string[] | null;
}

export class Room {
  readonly whole: Resources;
  readonly share: Resources;
  readonly #gpus: readonly string[];
  readonly #taken = new Map<string, { resources: Resources; gpus: string[] }>();

  constructor(
    slots: number,
    gpus: readonly string[],
    { cpus = availableParallelism(), memory = totalmem() } = {},
  ) {
    this.#gpus = gpus;
    this.whole = {
      cpus,
      memory: memoryForJobs(memory),
      devices: gpus.length === 0 ? {} : { [GPU]: gpus.length },
    };
    this.share = shareOf(this.whole, slots);
  }

  free(): Resources {
    return freeBeside(
      this.whole,
      [...this.#taken.values()].map(({ resources }) => resources),
    );
  }

  /** Also where it does not fit: an API that does not ask about room gave it. It has what is left of the GPUs then. */
  take(job: Asked & Pick<JobSpec, 'execution_id'>): void {
    const resources = booked(job, this.share);
    const given = new Set([...this.#taken.values()].flatMap(({ gpus }) => gpus));
    const gpus = this.#gpus.filter((gpu) => !given.has(gpu)).slice(0, resources.devices[GPU] ?? 0);
    this.#taken.set(job.execution_id, { resources, gpus });
  }

  release(executionId: string): void {
    this.#taken.delete(executionId);
  }

  /** Undefined for a job that was not taken. */
  of(executionId: string): Allotment | undefined {
    const found = this.#taken.get(executionId);
    if (found === undefined) return undefined;
    return { memory: found.resources.memory, gpus: this.#gpus.length === 0 ? null : found.gpus };
  }
}
