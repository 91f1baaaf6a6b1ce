/**
 * A simulated installation: the shipped run store, passes of the scheduler and worker's agent, with a Redis, an API that
 * may fail and machines that may die, over a network that delays, loses, doubles and reorders. `check` says what must
 * always hold.
 */
import { attemptEnd, isEnd } from '../../app/core/lifecycle/execution.ts';
import type { Claim, EndStatus, Reported, Status } from '../../app/core/lifecycle/run-store.ts';
import { type MemoryRunStore, memoryRunStore } from '../../app/core/lifecycle/run-store-memory.ts';
import { PULSE_SECONDS, pulse } from '../../app/core/workers/control-plane.ts';
import { doorbell, reconcile } from '../../app/scheduler/jobs/doorbell.ts';
import { pass, reaper } from '../../app/scheduler/jobs/reaper.ts';
import { answer } from './api.ts';
import { type Chance, Clock, chance } from './clock.ts';
import { Machine } from './machine.ts';
import { SimulatedRedis } from './redis.ts';
import { outOfTurn, quotas, type Wish, wish } from './wishes.ts';

/** How bad it gets. Probabilities per message, or mean seconds between events; 0: never. */
export interface Weather {
  lost: number;
  doubled: number;
  slowestMs: number;
  /** Deaths of one machine. */
  deaths: number;
  /** SIGTERMs to one worker. */
  restarts: number;
  /** Times in which one machine can run no job. */
  stalls: number;
  /** A machine is to be given back, by the platform's wish or its cloud's. */
  drains: number;
  notices: number;
  /** Outages of the API, and of Redis. */
  outages: number;
  /** Moments in which Redis forgets everything. */
  floods: number;
  /** Pauses of the environment. */
  pauses: number;
}

export const SLUG = 'local';

export class World {
  readonly clock = new Clock();
  readonly chance: Chance;
  readonly weather: Weather;
  readonly store: MemoryRunStore;
  readonly redis: SimulatedRedis = new SimulatedRedis(this);
  /** Calm at the end: no new trouble, so that all must come to rest. */
  calm = false;
  /** What the machine whose turn it is takes the time to be. */
  wallClock = 0;
  /** Machines that shall be given back. */
  readonly draining = new Set<string>();
  /** Seconds from a machine's death to the end of each of its runs; infinite where the worker lived. */
  readonly noticed: number[] = [];
  #broken: Error | null = null;
  #apiAnswers = true;
  #lastPulse = 0;
  #machineCount = 0;
  readonly #machines = new Map<string, Machine>();
  readonly #history: { at: number; text: string }[] = [];
  /** In the order of their asking. */
  readonly #wishes = new Map<string, Wish>();
  readonly #quotas: ReturnType<typeof quotas>;
  #paused = false;
  readonly #ends = new Map<string, Status>();
  readonly #holders = new Map<string, { token: string; machineId: string }>();
  readonly #deaths = new Map<string, number>();
  readonly #dead = new Map<string, EndStatus>();
  readonly #lost = new Map<string, { at: number; times: number }>();

  constructor(seed: number, weather: Weather) {
    this.chance = chance(seed);
    this.weather = weather;
    let tokens = 0;
    this.store = memoryRunStore({ now: () => this.clock.now, newToken: () => `token-${++tokens}` });
    this.#quotas = quotas(this.chance);
    for (const { kind, subject, most } of this.#quotas) this.store.setQuota(kind, subject, most);
  }

  get #executions(): string[] {
    return [...this.#wishes.keys()];
  }
  get machines(): Machine[] {
    return [...this.#machines.values()];
  }

  /** Everything that goes on by itself. */
  begin(machines: number): void {
    for (let number = 0; number < machines; number++) this.#addMachine();
    this.#every(PULSE_SECONDS, () => this.#pulse());
    this.#every(reaper.everySeconds, () => pass((mayReap) => this.#reap(mayReap)));
    this.#every(doorbell.everySeconds, () => this.#ringAgain());
    this.sometimes(this.weather.floods, () => this.#forget());
    this.sometimes(this.weather.outages, () =>
      this.#fail('the API', (answers) => (this.#apiAnswers = answers)),
    );
    this.sometimes(this.weather.outages, () =>
      this.#fail('Redis', (answers) => (this.redis.answers = answers)),
    );
    this.sometimes(this.weather.pauses, () => this.#pause());
    this.sometimes(this.weather.drains, () => {
      if (this.machines.length > 0) this.drain(this.chance.pick(this.machines));
    });
  }

  /** One line of what is told where a promise breaks. */
  note(text: string): void {
    this.#history.push({ at: this.clock.now, text });
  }
  /** A promise broke: `check` tells it. */
  breaks(message: string): void {
    this.#broken ??= new Error(message);
  }

  /** What happened to the executions that a message names (to all, where it names none) and around them. */
  historyOf(message: string): string[] {
    const named = message.match(/execution-\d+/g) ?? this.#executions;
    return this.#history
      .filter(
        ({ text }) => !text.includes('execution-') || named.some((id) => text.split(/[ ,:]/).includes(id)),
      )
      .map(({ at, text }) => `${(at / 1000).toFixed(3).padStart(9)} s  ${text}`);
  }

  /** What a person does: one new execution, and perhaps a change of mind. */
  async submit(id: string): Promise<void> {
    const wished = wish(id, this.chance);
    this.store.add({ ...wished, environment: SLUG });
    this.#wishes.set(id, wished);
    const rung = this.redis.answers && this.chance.happens(0.8);
    if (rung) this.redis.ring(id);
    const { project, creator, priority } = wished;
    this.note(`${id} of ${creator} in ${project}, ${priority}, is queued${rung ? '' : '; its ring fails'}`);
    if (this.chance.happens(0.2)) {
      this.clock.after(this.chance.between(0, 40_000), () => {
        void this.store.requestStop(id).then((status) => this.note(`a person stops ${id}: ${status}`));
        if (this.redis.answers) this.redis.publish(id);
      });
    }
  }

  /** A request to the API: it, its answer or both may be lost, late, or come twice. */
  ask(
    machine: Machine,
    path: string,
    body: Record<string, unknown>,
    deliver: (said: Promise<unknown>) => void,
  ): void {
    const travel = () => {
      if (this.isLost()) return;
      this.clock.after(this.delay(), () => {
        if (!this.#apiAnswers) return;
        const said = answer(this, machine, path, body);
        said.catch(() => {});
        if (!this.isLost()) this.clock.after(this.delay(), () => deliver(said));
      });
    };
    travel();
    if (!this.calm && this.chance.happens(this.weather.doubled)) travel();
  }

  /** Every answer of the store passes here: was it right to accept this report? */
  accepted<T>(executionId: string, token: string, given: Reported<T>, end?: EndStatus): Reported<T> {
    const died = this.#dead.get(token);
    if (end !== undefined || !given.ok)
      this.note(
        `${token} of ${executionId} reports ${end ?? 'a heartbeat'}: ${given.ok ? 'taken' : given.code}`,
      );
    if (given.ok && died !== undefined && died !== end)
      this.breaks(`${executionId}: a report with ${token} was accepted after its attempt had ended`);
    if (given.ok && end !== undefined) {
      if (!this.#dead.has(token) && this.store.look(executionId)?.status === 'queued')
        this.#lose(executionId);
      this.#dead.set(token, end);
    }
    return given;
  }

  /** What a claim of the store gives must be allowed by what was so before it. */
  async claim(id: string, machineId: string, seconds: number, claimId: string): Promise<Claim | null> {
    const taken = this.#wishes.get(id)!;
    const status = (one: string) => this.store.look(one)!.status;
    const wrong = this.#paused
      ? 'the environment is paused'
      : outOfTurn(taken, [...this.#wishes.values()], this.#quotas, status, (one) => this.#rests(one));
    const isNew = status(id) === 'queued';
    const claimed = await this.store.claim(id, machineId, seconds, claimId);
    if (claimed && isNew && wrong) this.breaks(`${id} was given to ${machineId}, but ${wrong}`);
    return claimed;
  }

  /** From the words of docs/environments.md. */
  #rests(id: string): boolean {
    const lost = this.#lost.get(id);
    if (lost === undefined) return false;
    const seconds = [5, 15, 45, 135][lost.times - 1] ?? 300;
    return this.clock.now < lost.at + seconds * 1000;
  }
  /** An attempt came to its end, and another is to follow it. */
  #lose(id: string): void {
    this.#lost.set(id, { at: this.clock.now, times: this.store.look(id)!.attempts.length });
  }

  /** A claim was given: an attempt has one holder, whoever asks how often. */
  claimed(executionId: string, token: string, machineId: string, attempt: number): void {
    const known = this.#holders.get(executionId);
    this.note(`${executionId} is given to ${machineId} with ${token}, attempt ${attempt}`);
    const same = known?.token === token && known.machineId === machineId;
    if (known && !same && (known.token === token || !this.#dead.has(known.token)))
      this.breaks(`${executionId} was given to ${known.machineId} and to ${machineId}`);
    this.#holders.set(executionId, { token, machineId });
  }

  /** A machine died with these runs. */
  died(machineId: string, running: ReadonlyMap<string, string>): void {
    this.note(`${machineId} dies with ${[...running.keys()].join(', ') || 'nothing'}`);
    for (const token of running.values()) this.#deaths.set(token, this.clock.now);
  }

  /** The platform wants a machine back: nothing more is given to it. */
  drain(machine: Machine): void {
    if (!this.draining.has(machine.id)) this.note(`${machine.id} shall be given back`);
    this.draining.add(machine.id);
    this.store.drainWorker(machine.id);
  }
  /** Whether a machine says rightly that it holds nothing. */
  mayEnd(machine: Machine): boolean {
    const holds = this.#executions.some((id) => {
      const attempt = this.store.look(id)?.attempts.at(-1);
      return attempt?.end === null && attempt.workerId === machine.id;
    });
    return this.draining.has(machine.id) && !holds;
  }
  /** A machine was given back; another takes its place. */
  end(machine: Machine): null {
    if (this.isEnded(machine)) return null;
    if (machine.running.size > 0) this.breaks(`${machine.id} was ended under ${[...machine.running.keys()]}`);
    this.note(`${machine.id} is ended`);
    this.#machines.delete(machine.id);
    machine.kill(false);
    this.clock.after(this.chance.between(0, 10_000), () => this.#addMachine());
    return null;
  }
  isEnded(machine: Machine): boolean {
    return this.#machines.get(machine.id) !== machine;
  }

  /** What holds after every single happening. */
  check(): void {
    if (this.#broken) throw this.#broken;
    for (const id of this.#executions) {
      const { status, attempts } = this.store.look(id)!;
      const ended = this.#ends.get(id);
      if (ended !== undefined && ended !== status) throw new Error(`${id} went from ${ended} to ${status}`);
      if (isEnd(status)) this.#ends.set(id, status);
      if (attempts.length > this.#wishes.get(id)!.retries + 1)
        throw new Error(`${id} has ${attempts.length} attempts`);
      const living = attempts.some(({ end }) => end === null);
      if (living !== (status === 'started' || status === 'stopping'))
        throw new Error(`${id} is ${status}, and its attempt ${living ? 'lives' : 'does not live'}`);
    }
  }

  /** Executions by how they ended, or where they are. */
  outcome(): Map<Status, string[]> {
    return Map.groupBy(this.#executions, (id) => this.store.look(id)!.status) as Map<Status, string[]>;
  }

  delay(): number {
    return this.chance.between(1, this.calm ? 20 : this.weather.slowestMs);
  }
  isLost(): boolean {
    return !this.calm && this.chance.happens(this.weather.lost);
  }
  sometimes(meanSeconds: number, run: () => void | Promise<void>): void {
    if (meanSeconds === 0) return;
    this.clock.after(this.chance.between(0, 2 * meanSeconds * 1000), () => {
      if (this.calm) return;
      void run();
      this.sometimes(meanSeconds, run);
    });
  }

  #addMachine(): void {
    const machine = new Machine(this, `worker-${this.#machineCount++}`);
    this.store.addWorker(machine.id, SLUG);
    this.#machines.set(machine.id, machine);
    machine.begin();
  }

  #every(seconds: number, run: () => Promise<unknown>): void {
    const beat = async () => {
      await run().catch((error) => this.breaks(`a pass of the scheduler failed: ${error.stack}`));
      this.clock.after(seconds * 1000, beat);
    };
    this.clock.after(this.chance.between(0, seconds * 1000), beat);
  }

  #forget(): void {
    this.note(`Redis forgets ${this.redis.members.join(', ') || 'nothing'}`);
    this.redis.forget();
  }

  #pause(): void {
    const set = (paused: boolean) => {
      this.#paused = paused;
      this.store.pause(SLUG, paused);
      this.note(`the environment is ${paused ? 'paused' : 'resumed'}`);
    };
    set(true);
    this.clock.after(this.chance.between(1_000, 30_000), () => set(false));
  }

  #fail(what: string, set: (answers: boolean) => void): void {
    set(false);
    this.note(`${what} goes away`);
    this.clock.after(this.chance.between(1_000, 60_000), () => {
      set(true);
      this.note(`${what} is back`);
    });
  }

  /** A question to the database takes a moment, in which others go on. */
  #answering<T>(give: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve) => this.clock.after(this.chance.between(0, 20), () => resolve(give())));
  }

  readonly #plane = {
    silence: () => this.#answering(() => (this.clock.now - this.#lastPulse) / 1000),
    renewAll: (seconds: number) => this.#answering(() => this.store.renewAll(seconds)),
    mark: () =>
      this.#answering(() => {
        this.#lastPulse = this.clock.now;
      }),
  };

  async #pulse(): Promise<void> {
    if (this.#apiAnswers) await pulse(this.#plane);
  }

  /** The question and what follows from it are one transaction. */
  #reap(mayReap: (silenceSeconds: number) => boolean): Promise<void> {
    return this.#answering(async () => {
      if (!mayReap((this.clock.now - this.#lastPulse) / 1000)) return;
      for (const { executionId, status } of await this.store.reap()) {
        const { token } = this.#holders.get(executionId)!;
        this.note(`the reaper ends ${executionId}, ${token}: ${status}`);
        this.#dead.set(token, attemptEnd(status));
        if (status === 'queued') this.#lose(executionId);
        const lives = this.machines.some(({ running }) => running.get(executionId) === token);
        const death = this.#deaths.get(token);
        if (lives) this.noticed.push(Number.POSITIVE_INFINITY);
        else if (death !== undefined) this.noticed.push((this.clock.now - death) / 1000);
      }
    });
  }

  async #ringAgain(): Promise<void> {
    if (!this.redis.answers) return;
    const { redis } = this;
    const rung = await reconcile({
      slugs: async () => [SLUG],
      queued: () => this.#answering(() => this.store.queued()),
      queue: {
        queueMembers: () => this.#answering(() => redis.members),
        removeFromQueue: (_, id) => this.#answering(() => redis.remove(id)),
        ring: (_, id) => this.#answering(() => redis.ring(id)),
      },
      pause: (milliseconds) => new Promise((resolve) => this.clock.after(milliseconds, () => resolve(null))),
    });
    for (const id of rung) this.note(`the reconciler rings again for ${id}`);
  }
}
