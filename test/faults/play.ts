/** Plays trials as tests: one platform for a file, a lane for each trial. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Breakable, type BreakableOptions, breakable } from '../support/breakable.ts';
import { lacks } from '../support/machine.ts';
import type { Trial } from './trials/trial.ts';

/** Whom a promise fails is named, in one look. */
const CLEAN = { lost: [], doubled: [], wrong: [] };
const NOTICED_SECONDS = 15;

export function playAll(trials: readonly Trial[], options: Omit<BreakableOptions, 'lanes'> = {}): void {
  let at: Breakable;
  beforeAll(async () => {
    at = await breakable({ ...options, lanes: trials.map(({ lane = {} }) => lane) });
  });
  afterAll(() => at?.close());
  for (const [index, { number, title, needs = [], alone, play }] of trials.entries()) {
    const missing = needs.map((need) => lacks(need)).find((reason) => reason !== undefined);
    const run = test.skipIf(missing);
    const concurrent = alone !== true;
    run(`${number}: ${title}`, { concurrent }, async () => {
      const lane = at.lanes[index];
      if (lane === undefined) throw new Error(`no lane for trial ${number}`);
      const { noticed, ...found } = await play(at, lane);
      expect(found).toEqual(CLEAN);
      for (const seconds of noticed) expect(seconds).toBeLessThanOrEqual(NOTICED_SECONDS);
      for (const worker of lane.workers) await worker.end();
    });
  }
}
