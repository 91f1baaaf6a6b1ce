/** A simulated machine with the shipped agent on it: killed at any moment, told to go, given back, and begun again. */
import type { Logger } from 'pino';
import { HEARTBEAT_SECONDS } from '../../app/protocol/worker.ts';
import { Agent, type Ground } from '../../app/worker/agent.ts';
import { WorkerApi } from '../../app/worker/api.ts';
import type { Clock } from '../../app/worker/clock.ts';
import type { Control } from '../../app/worker/control.ts';
import type { Exit } from '../../app/worker/executors/executor.ts';
import { holdRun, reportEnd } from '../../app/worker/hold.ts';
import type { Http } from '../../app/worker/http.ts';
import { keepLeases } from '../../app/worker/lease.ts';
import { outcomeOf } from '../../app/worker/outcome.ts';
import { retry } from '../../app/worker/retry.ts';
import type { Session } from '../../app/worker/session.ts';
import { name } from './names.ts';
import type { World } from './world.ts';

const SLOTS = 2;
/** As the shipped role has it. */
const DRAIN_MS = 15_000;
const HOUR_MS = 3_600_000;
/** The longest job. */
const LONGEST_MS = 60_000;

export class Machine {
  readonly id: string;
  readonly #world: World;
  /** What the machine's wall clock is wrong by. */
  #skew = 0;
  #life: Life | null = null;

  constructor(world: World, id: string) {
    this.#world = world;
    this.id = id;
  }

  begin(): void {
    const { weather } = this.#world;
    this.#live();
    this.#world.sometimes(weather.deaths, () => this.kill());
    this.#world.sometimes(weather.restarts, () => this.#restart());
    this.#world.sometimes(weather.stalls, () => this.#stall());
    this.#world.sometimes(20, () => {
      this.#skew = this.#world.chance.between(-HOUR_MS, HOUR_MS);
    });
  }

  get wallClock(): number {
    return this.#world.clock.now + this.#skew;
  }
  /** Tokens of the runs under way. */
  get running(): ReadonlyMap<string, string> {
    return this.#life?.running ?? new Map();
  }

  /** It is gone without a word; `again`: it comes back by itself. */
  kill(again = true): void {
    if (this.#life === null) return;
    this.#world.died(this.id, this.running);
    this.#life.alive = false;
    this.#life = null;
    if (again) this.#later(30_000);
  }

  /** SIGTERM: jobs under way may end by themselves for a while. */
  async #restart(): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    this.#world.note(`${this.id} is told to go`);
    await life.agent.drain(DRAIN_MS);
    if (this.#life !== life) return;
    this.#world.note(`${this.id} has gone`);
    life.alive = false;
    this.#life = null;
    this.#later(5_000);
  }

  /** For a while no job can run here. */
  #stall(): void {
    const life = this.#life;
    if (life === null) return;
    life.unready = 'cannot reach its engine';
    this.#world.clock.after(this.#world.chance.between(100, 20_000), () => {
      life.unready = null;
    });
  }

  #later(mostMs: number): void {
    this.#world.clock.after(this.#world.chance.between(100, mostMs), () => this.#live());
  }
  #live(): void {
    if (this.#world.isEnded(this)) return;
    this.#life = new Life(this.#world, this);
  }
}

/** One process of the agent. What it began does not go on after its death. */
class Life {
  alive = true;
  unready: string | null = null;
  readonly agent: Agent;
  readonly running = new Map<string, string>();
  readonly #world: World;
  readonly #machine: Machine;
  readonly #clock: Clock;

  constructor(world: World, machine: Machine) {
    this.#world = world;
    this.#machine = machine;
    this.#clock = {
      after: (milliseconds, run) =>
        world.clock.after(milliseconds, () => {
          if (!this.alive) return;
          world.wallClock = machine.wallClock;
          run();
        }),
      random: () => world.chance.between(0, 1),
    };
    this.agent = new Agent(this.#ground(), SILENT);
    this.agent.run().catch((error) => {
      if (this.alive) world.breaks(`${machine.id} gave up: ${error.message}`);
    });
  }

  #ground(): Ground {
    const [world, clock] = [this.#world, this.#clock];
    const api = new WorkerApi(this.#line(), () => '', clock);
    return {
      slots: SLOTS,
      clock,
      openSession: async (signal): Promise<Session> => {
        const hello = () => api.hello(INTRODUCTION, signal);
        const about = await retry(hello, { signal, again: () => true, clock });
        return {
          api,
          about,
          queue: world.redis.connect(() => this.alive),
          greet: () => hello().catch(() => ({ drain: false })),
          close: async () => {},
        };
      },
      openShop: async (_, onDrain) => {
        const leases = keepLeases(api, HEARTBEAT_SECONDS, () => {}, onDrain);
        return {
          settled: Promise.resolve(),
          unready: async () => this.unready,
          run: (job, control, onLease) =>
            holdRun({ api, leases, log: SILENT }, job, control, onLease, async (runApi) => {
              const exit = await this.#command(name(job.execution_id), name(job.token), control);
              const { status, exitCode, reason } = outcomeOf(exit, control.ending);
              control.lost.throwIfAborted();
              await reportEnd(runApi, control, { status, exit_code: exitCode, reason, log_lines: 0 });
            }),
        };
      },
      leave: async () => new Error('removed'),
      listenForNotice: (signal, onNotice) =>
        world.sometimes(world.weather.notices, () => {
          if (this.alive && !signal.aborted) onNotice('the cloud wants it');
        }),
    };
  }

  /** It ends by itself after a while, or soon after it is told to. */
  #command(executionId: string, token: string, { ended }: Control): Promise<Exit> {
    const { chance } = this.#world;
    this.running.set(executionId, token);
    if (this.running.size > SLOTS)
      this.#world.breaks(`${this.#machine.id} runs ${[...this.running.keys()].join(', ')} at once`);
    return new Promise((resolve) => {
      const over = (code: number) => {
        if (this.running.get(executionId) === token) this.running.delete(executionId);
        resolve({ code, outOfMemory: false });
      };
      const callOff = this.#clock.after(chance.between(0, LONGEST_MS), () => over(0));
      const stop = () => {
        callOff();
        this.#clock.after(chance.between(0, 5_000), () => over(143));
      };
      if (ended.aborted) stop();
      else ended.addEventListener('abort', stop, { once: true });
    });
  }

  /** HTTP to the API. */
  #line(): Http {
    const post = (path: string, body: unknown, _: string, signal?: AbortSignal, patience = 10_000) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        const callOff = this.#clock.after(patience, () => {
          reject(Object.assign(new Error('no answer came'), { code: 'UND_ERR_HEADERS_TIMEOUT' }));
        });
        this.#world.ask(this.#machine, path, body as Record<string, unknown>, (answer) => {
          if (!this.alive) return;
          this.#world.wallClock = this.#machine.wallClock;
          callOff();
          answer.then(resolve, reject);
        });
      });
    return { post } as Partial<Http> as Http;
  }
}

const INTRODUCTION = { protocol: 1, version: '0', hostname: '', cpus: 1, memory: 1, executors: ['docker'] };
const quiet = () => {};
const SILENT = {
  info: quiet,
  warn: quiet,
  error: quiet,
  child: () => SILENT,
} as unknown as Logger;
