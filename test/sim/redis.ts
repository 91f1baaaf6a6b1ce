/** A simulated Redis: one list at whose end workers wait, and a channel of stops. It may forget everything, or be away. */
import type { WorkerQueue } from '../../app/worker/relay.ts';
import type { World } from './world.ts';

export class SimulatedRedis {
  answers = true;
  #list: string[] = [];
  #waiting: ((id: string) => void)[] = [];
  readonly #listeners = new Set<(id: string) => void>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  get members(): string[] {
    return [...this.#list];
  }
  ring(id: string): void {
    const first = this.#waiting.shift();
    if (first) first(id);
    else this.#list.push(id);
  }
  remove(id: string): boolean {
    const length = this.#list.length;
    this.#list = this.#list.filter((one) => one !== id);
    return this.#list.length < length;
  }
  publish(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }
  forget(): void {
    this.#list = [];
  }

  /** A worker's connection. `over` is told when its process dies; whoever waits then is given ids that nobody takes. */
  connect(isAlive: () => boolean): WorkerQueue {
    const world = this.#world;
    const away = () => new Error('Redis is away');
    const travel = (run: () => void) => {
      world.clock.after(world.delay(), () => {
        if (isAlive()) run();
      });
    };
    return {
      waitForJob: (_, seconds) =>
        new Promise((resolve, reject) => {
          const deliver = (id: string | null) => {
            // With the connection goes what was popped for it.
            if (world.isLost()) travel(() => reject(away()));
            else travel(() => resolve(id));
          };
          if (!this.answers) return travel(() => reject(away()));
          const id = this.#list.shift();
          if (id !== undefined) return deliver(id);
          const waiting = (rung: string) => {
            callOff();
            deliver(rung);
          };
          this.#waiting.push(waiting);
          const callOff = world.clock.after(seconds * 1000, () => {
            this.#waiting = this.#waiting.filter((one) => one !== waiting);
            deliver(null);
          });
        }),
      ring: (_, id) =>
        new Promise((resolve, reject) => {
          if (!this.answers || world.isLost()) return travel(() => reject(away()));
          this.ring(id);
          travel(resolve);
        }),
      onStop: (_, handler) => {
        const listener = (id: string) => {
          if (!world.isLost()) travel(() => handler(id));
        };
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      appendLog: async () => {},
      close: async () => {},
    };
  }
}
