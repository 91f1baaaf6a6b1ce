/** A worker as the protocol wants it: pop, claim, beat, end, each repeated until it is answered; it may die any time. */
import { HEARTBEAT_SECONDS, LEASE_SECONDS } from '../../app/protocol/worker.ts';
import type { World } from './world.ts';

const RETRY_MS = 500;
const END = { status: 'complete', exitCode: 0, reason: '' } as const;
const STOPPED = { status: 'stopped', exitCode: 143, reason: '' } as const;

export class SimulatedWorker {
  readonly id: string;
  readonly #world: World;
  /** Grows with every death: what an earlier life began does not go on. */
  #life = 0;
  readonly #runs = new Set<string>();

  constructor(world: World, id: string) {
    this.#world = world;
    this.id = id;
  }

  begin(): void {
    this.#look(this.#life);
    const { deaths } = this.#world.weather;
    if (deaths > 0) this.#dieLater(deaths);
  }

  runs(executionId: string): boolean {
    return this.#runs.has(executionId);
  }

  #dieLater(meanSeconds: number): void {
    const { clock, chance } = this.#world;
    clock.after(chance.between(0, 2 * meanSeconds * 1000), () => {
      if (this.#world.calm) return;
      const life = ++this.#life;
      this.#world.died(this.id, this.#runs);
      this.#runs.clear();
      clock.after(chance.between(100, 30_000), () => this.#look(life));
      this.#dieLater(meanSeconds);
    });
  }

  #look(life: number): void {
    if (life !== this.#life) return;
    const id = this.#world.bell.shift();
    if (id === undefined || this.#runs.has(id)) this.#world.clock.after(400, () => this.#look(life));
    else this.#claim(life, id, 8);
  }

  #claim(life: number, id: string, tries: number): void {
    const { store, clock } = this.#world;
    const claim = async () => {
      const claimed = await store.claim(id, this.id, LEASE_SECONDS);
      if (claimed) this.#world.claimed(id, claimed.token, this.id);
      return { claimed };
    };
    this.#world.ask(claim, (answer) => {
      if (life !== this.#life) return;
      if (answer?.claimed) this.#run(life, id, answer.claimed.token);
      else if (answer || tries === 0) this.#look(life);
      else clock.after(RETRY_MS, () => this.#claim(life, id, tries - 1));
    });
  }

  #run(life: number, id: string, token: string): void {
    this.#runs.add(id);
    const job = { over: false };
    this.#beat(life, id, token, job);
    this.#world.clock.after(this.#world.chance.between(0, 60_000), () =>
      this.#end(life, id, token, job, END),
    );
  }

  #beat(life: number, id: string, token: string, job: { over: boolean }): void {
    const { store, clock } = this.#world;
    if (life !== this.#life || !this.#runs.has(id)) return;
    const beat = async () => this.#world.accepted(id, token, await store.heartbeat(id, token, LEASE_SECONDS));
    this.#world.ask(beat, (answer) => {
      if (life !== this.#life || !this.#runs.has(id)) return;
      if (answer?.ok === false) return this.#leave(life, id, job);
      if (answer?.value.stop) this.#end(life, id, token, job, STOPPED);
      clock.after(answer ? HEARTBEAT_SECONDS * 1000 : RETRY_MS, () => this.#beat(life, id, token, job));
    });
  }

  #end(
    life: number,
    id: string,
    token: string,
    job: { over: boolean },
    end: typeof END | typeof STOPPED,
  ): void {
    if (job.over || life !== this.#life) return;
    job.over = true;
    const report = () => {
      if (life !== this.#life) return;
      const send = async () =>
        this.#world.accepted(id, token, await this.#world.store.end(id, token, end), end.status);
      this.#world.ask(send, (answer) => {
        if (life !== this.#life) return;
        if (answer) this.#leave(life, id, job);
        else this.#world.clock.after(RETRY_MS, report);
      });
    };
    report();
  }

  #leave(life: number, id: string, job: { over: boolean }): void {
    job.over = true;
    if (!this.#runs.delete(id)) return;
    this.#look(life);
  }
}
