/** One seed, played in every weather: what the simulator promises of each, and the history of a promise that broke. */
import { isEnd } from '../../app/core/lifecycle/execution.ts';
import type { Status } from '../../app/core/lifecycle/run-store.ts';
import { type Weather, World } from './world.ts';

/** Seconds of trouble, then of calm: longer than a lease, an outage and a longest job together. */
const TROUBLE = 150;
const CALM = 250;
const MACHINES = 3;
const EXECUTIONS = 12;
/** A dead worker is noticed within so many seconds (design 2). */
const NOTICED = 15;

const FAIR: Weather = {
  lost: 0,
  doubled: 0,
  slowestMs: 50,
  deaths: 0,
  restarts: 0,
  stalls: 0,
  drains: 0,
  notices: 0,
  outages: 0,
  floods: 0,
  pauses: 0,
};

interface Scene {
  name: string;
  weather: Weather;
  /** Nobody but ourselves is at fault: no job may crash. */
  unharmed?: true;
  /** No message is lost, so that only a dead worker is silent: it is noticed in time, and no other. */
  prompt?: true;
}
export const SCENES: Scene[] = [
  { name: 'machines that die', weather: { ...FAIR, deaths: 60 }, prompt: true },
  {
    name: 'machines that come and go',
    weather: {
      ...FAIR,
      doubled: 0.1,
      slowestMs: 500,
      restarts: 90,
      stalls: 30,
      drains: 40,
      notices: 150,
      pauses: 60,
    },
  },
  {
    name: 'a network that loses, doubles, delays and reorders',
    weather: { ...FAIR, lost: 0.1, doubled: 0.3, slowestMs: 1_000 },
  },
  {
    name: 'everything at once',
    weather: {
      lost: 0.1,
      doubled: 0.3,
      slowestMs: 3_000,
      deaths: 90,
      restarts: 90,
      stalls: 60,
      drains: 90,
      notices: 300,
      outages: 100,
      floods: 20,
      pauses: 60,
    },
  },
  {
    name: 'outages of our own and a forgetful Redis',
    weather: { ...FAIR, doubled: 0.3, slowestMs: 900, outages: 40, floods: 10 },
    unharmed: true,
  },
];

export interface Played {
  ends: Map<Status, number>;
  /** Seconds from each death to the end of a run that died with it. */
  noticed: number[];
}

/** Throws, with the history of what went wrong, where a promise breaks. */
export async function playSeed(seed: number): Promise<Played> {
  const played: Played = { ends: new Map(), noticed: [] };
  for (const scene of SCENES) {
    const world = new World(seed, scene.weather);
    const { now } = Date;
    try {
      Date.now = () => world.wallClock; // wrong by up to an hour: nothing may go by it
      await live(world);
      judge(world, scene);
    } catch (error) {
      const { message } = error as Error;
      const text = `seed ${seed}, with ${scene.name}: ${message}\n\n${world.historyOf(message).join('\n')}\n`;
      throw new Error(text, { cause: error });
    } finally {
      Date.now = now;
    }
    for (const [status, ids] of world.outcome())
      played.ends.set(status, (played.ends.get(status) ?? 0) + ids.length);
    if (scene.prompt) played.noticed.push(...world.noticed);
  }
  return played;
}

async function live(world: World): Promise<void> {
  world.begin(MACHINES);
  for (let number = 0; number < EXECUTIONS; number++) {
    const at = world.chance.between(0, TROUBLE * 1000);
    world.clock.after(at, () => void world.submit(`execution-${number}`));
  }
  await world.clock.runUntil(TROUBLE * 1000, () => world.check());
  world.calm = true;
  world.note('calm from here on: no new trouble');
  await world.clock.runUntil((TROUBLE + CALM) * 1000, () => world.check());
}

function judge(world: World, { prompt, unharmed }: Scene): void {
  const outcome = world.outcome();
  const unended = [...outcome].filter(([status]) => !isEnd(status)).flatMap(([, ids]) => ids);
  if (unended.length > 0) throw new Error(`never ended: ${unended.join(', ')}`);
  const kept = world.machines.filter(({ id }) => world.draining.has(id));
  if (kept.length > 0) throw new Error(`never given back: ${kept.map(({ id }) => id).join(', ')}`);
  if (prompt && Math.max(0, ...world.noticed) > NOTICED)
    throw new Error(`a dead worker was noticed late, or a living one lost its run: ${world.noticed}`);
  const crashed = outcome.get('crashed') ?? [];
  if (unharmed && crashed.length > 0) throw new Error(`an outage of our own ended ${crashed.join(', ')}`);
}
