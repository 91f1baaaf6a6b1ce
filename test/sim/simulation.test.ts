import { describe, expect, it } from 'vitest';
import { isEnd } from '../../app/core/lifecycle/execution.ts';
import { type Weather, World } from './world.ts';

/** Seconds of trouble, then of calm: longer than a lease, an outage and a longest job together. */
const TROUBLE = 150;
const CALM = 250;
const SEEDS = Number(process.env.COVE_SIM_SEEDS ?? 100);

/** `COVE_SIM_SEED=17 vitest run test/sim` repeats one world. */
const seeds = process.env.COVE_SIM_SEED
  ? [Number(process.env.COVE_SIM_SEED)]
  : Array.from({ length: SEEDS }, (_, seed) => seed);

async function live(seed: number, weather: Weather): Promise<World> {
  const world = new World(seed, weather);
  try {
    world.begin(3);
    for (let number = 0; number < 12; number++) {
      world.clock.after(world.chance.between(0, TROUBLE * 1000), () => world.submit(`execution-${number}`));
    }
    await world.clock.runUntil(TROUBLE * 1000, () => world.check());
    world.calm = true;
    await world.clock.runUntil((TROUBLE + CALM) * 1000, () => world.check());
    const unended = [...world.outcome()].filter(([status]) => !isEnd(status));
    expect(unended, 'executions that never ended').toEqual([]);
    return world;
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
  }
}

const FAIR: Weather = { lost: 0, doubled: 0, slowestMs: 50, deaths: 0, outages: 0, floods: 0 };
const WEATHERS: [name: string, weather: Weather][] = [
  ['workers that die', { ...FAIR, deaths: 60 }],
  [
    'a network that loses, doubles, delays and reorders',
    { ...FAIR, lost: 0.1, doubled: 0.3, slowestMs: 3_000 },
  ],
  ['everything at once', { lost: 0.1, doubled: 0.3, slowestMs: 3_000, deaths: 90, outages: 100, floods: 20 }],
];

describe('in a simulated installation', () => {
  it.each(WEATHERS)('every execution ends, once, with %s', async (_, weather) => {
    const ends = new Set<string>();
    for (const seed of seeds) for (const [status] of (await live(seed, weather)).outcome()) ends.add(status);
    if (seeds.length > 1) expect([...ends].sort()).toEqual(['complete', 'crashed', 'stopped']);
  });

  it('a dead worker is noticed within 15 s, a living one is left alone', async () => {
    const noticed: number[] = [];
    for (const seed of seeds) noticed.push(...(await live(seed, { ...FAIR, deaths: 60 })).noticed);
    expect(Math.max(0, ...noticed)).toBeLessThanOrEqual(15);
    if (seeds.length > 1) expect(noticed.length).toBeGreaterThan(seeds.length);
  });

  it('outages of our own and a forgetful Redis kill no job', async () => {
    for (const seed of seeds) {
      const world = await live(seed, { ...FAIR, doubled: 0.3, slowestMs: 900, outages: 40, floods: 10 });
      expect(world.outcome().get('crashed'), `seed ${seed}`).toBeUndefined();
    }
  });
});
