/** Chance and time of one simulated world: both repeat exactly for one seed. */
import { random } from '../support/random.ts';

/** What chance decides, from a seed. */
export function chance(seed: number) {
  const next = random(seed);
  return {
    between: (low: number, high: number): number => low + next() * (high - low),
    happens: (probability: number): boolean => next() < probability,
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T,
  };
}
export type Chance = ReturnType<typeof chance>;

interface Happening {
  at: number;
  order: number;
  run: (() => void) | null;
}

/** Virtual milliseconds. What is due at one time runs in the order in which it was planned. */
export class Clock {
  now = 0;
  #order = 0;
  readonly #heap: Happening[] = [];

  /** Plans `run` for so many milliseconds from now. What it gives calls that off. */
  after(milliseconds: number, run: () => void): () => void {
    const heap = this.#heap;
    const happening: Happening = { at: this.now + milliseconds, order: this.#order++, run };
    heap.push(happening);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!sooner(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
    return () => {
      happening.run = null;
    };
  }

  /** Lets everything happen up to a time, and what follows from it at once; `each` runs behind every happening. */
  async runUntil(end: number, each: () => void): Promise<void> {
    for (let first = this.#heap[0]; first !== undefined && first.at <= end; first = this.#heap[0]) {
      this.#pop();
      if (first.run === null) continue;
      this.now = first.at;
      first.run();
      await new Promise(setImmediate); // every promise that can go on has gone on by then
      each();
    }
    this.now = end;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (heap[left] && sooner(heap[left], heap[least]!)) least = left;
      if (heap[right] && sooner(heap[right], heap[least]!)) least = right;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

const sooner = (a: Happening, b: Happening): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
