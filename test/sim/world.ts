/**
 * A simulated installation: the shipped run store and decisions, with a doorbell, a scheduler, an API that may fail and
 * workers that may die, over a network that delays, loses, doubles and reorders. `check` says what must always hold.
 */
import { attemptEnd, isEnd } from '../../app/core/lifecycle/execution.ts';
import type { EndStatus, Reported, Status } from '../../app/core/lifecycle/run-store.ts';
import { type MemoryRunStore, memoryRunStore } from '../../app/core/lifecycle/run-store-memory.ts';
import { PULSE_SECONDS, SILENCE_SECONDS } from '../../app/core/workers/control-plane.ts';
import { LEASE_SECONDS } from '../../app/protocol/worker.ts';
import { decide as decideBell, doorbell } from '../../app/scheduler/jobs/doorbell.ts';
import { decide as decideReaping, reaper } from '../../app/scheduler/jobs/reaper.ts';
import { type Chance, Clock, chance } from './clock.ts';
import { SimulatedWorker } from './worker.ts';

/** How bad it gets. Probabilities per message, or mean seconds between events. */
export interface Weather {
  lost: number;
  doubled: number;
  slowestMs: number;
  /** Mean seconds between deaths of one worker; 0: they live. */
  deaths: number;
  /** Mean seconds between outages of the API; 0: it stays. */
  outages: number;
  /** Mean seconds between moments in which Redis forgets everything; 0: it does not. */
  floods: number;
}

const SLUG = 'local';

export class World {
  readonly clock = new Clock();
  readonly chance: Chance;
  readonly weather: Weather;
  readonly store: MemoryRunStore;
  readonly bell: string[] = [];
  readonly workers: SimulatedWorker[] = [];
  /** Calm at the end: no new trouble, so that all must come to rest. */
  calm = false;
  apiAnswers = true;
  /** Seconds from a worker's death to the end of each of its runs; infinite where the worker lived. */
  readonly noticed: number[] = [];
  readonly #history: { at: number; text: string }[] = [];
  #lastPulse = 0;
  readonly #executions: string[] = [];
  readonly #ends = new Map<string, Status>();
  readonly #holders = new Map<string, { token: string; workerId: string }>();
  readonly #deaths = new Map<string, number>();
  readonly #dead = new Map<string, EndStatus>();

  constructor(seed: number, weather: Weather) {
    this.chance = chance(seed);
    this.weather = weather;
    let tokens = 0;
    this.store = memoryRunStore({ now: () => this.clock.now, newToken: () => `token-${++tokens}` });
  }

  /** Everything that goes on by itself. */
  begin(workers: number): void {
    for (let number = 0; number < workers; number++) {
      const worker = new SimulatedWorker(this, `worker-${number}`);
      this.store.addWorker(worker.id, SLUG);
      this.workers.push(worker);
      worker.begin();
    }
    this.#every(PULSE_SECONDS, () => this.#pulse());
    this.#every(reaper.everySeconds, () => this.#reap());
    this.#every(doorbell.everySeconds, () => this.#ringAgain());
    this.#sometimes(this.weather.floods, () => this.#forget());
    this.#sometimes(this.weather.outages, () => this.#fail());
  }

  /** One line of what is told where a promise breaks. */
  note(text: string): void {
    this.#history.push({ at: this.clock.now, text });
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
    this.store.add({ id, environment: SLUG });
    this.#executions.push(id);
    await this.store.enqueue(id);
    const rung = this.chance.happens(0.8);
    if (rung) this.bell.push(id);
    this.note(`${id} is queued${rung ? ' and rung for' : ', its ring fails'}`);
    if (this.chance.happens(0.2)) {
      this.clock.after(this.chance.between(0, 40_000), async () => {
        this.note(`a person stops ${id}: ${await this.store.requestStop(id)}`);
      });
    }
  }

  /** A request to the API: it, its answer or both may be lost, late, or come twice. Null: no answer came. */
  ask<T>(work: () => Promise<T>, answer: (value: T | null) => void): void {
    const { lost, doubled } = this.weather;
    let answered = false;
    const settle = (value: T | null) => {
      if (!answered) answer(value);
      answered = true;
    };
    const travel = () => {
      if (!this.calm && this.chance.happens(lost)) return;
      this.clock.after(this.#delay(), async () => {
        if (!this.apiAnswers) return;
        const value = await work();
        if (!this.calm && this.chance.happens(lost)) return;
        this.clock.after(this.#delay(), () => settle(value));
      });
    };
    travel();
    if (!this.calm && this.chance.happens(doubled)) travel();
    this.clock.after(2_500, () => settle(null));
  }

  /** Every answer of the store passes here: was it right to accept this report? */
  accepted<T>(executionId: string, token: string, answer: Reported<T>, end?: EndStatus): Reported<T> {
    const died = this.#dead.get(token);
    if (end !== undefined || !answer.ok)
      this.note(
        `${token} of ${executionId} reports ${end ?? 'a heartbeat'}: ${answer.ok ? 'taken' : answer.code}`,
      );
    if (answer.ok && died !== undefined && died !== end) {
      throw new Error(`${executionId}: a report with ${token} was accepted after its attempt had ended`);
    }
    if (answer.ok && end !== undefined) this.#dead.set(token, end);
    return answer;
  }

  /** A claim was given: an execution has one attempt, whoever asks how often. */
  claimed(executionId: string, token: string, workerId: string): void {
    const known = this.#holders.get(executionId);
    this.note(`${executionId} is given to ${workerId} with ${token}`);
    if (known && (known.token !== token || known.workerId !== workerId)) {
      throw new Error(`${executionId} was given to ${known.workerId} and to ${workerId}`);
    }
    this.#holders.set(executionId, { token, workerId });
  }

  /** A worker died with these runs. */
  died(workerId: string, executionIds: ReadonlySet<string>): void {
    this.note(`${workerId} dies with ${[...executionIds].join(', ') || 'nothing'}`);
    for (const id of executionIds) this.#deaths.set(id, this.clock.now);
  }

  /** What holds after every single happening. */
  check(): void {
    for (const id of this.#executions) {
      const { status, attempts } = this.store.look(id)!;
      const ended = this.#ends.get(id);
      if (ended !== undefined && ended !== status) throw new Error(`${id} went from ${ended} to ${status}`);
      if (isEnd(status)) this.#ends.set(id, status);
      if (attempts.length > 1) throw new Error(`${id} has ${attempts.length} attempts`);
      const living = attempts.some(({ end }) => end === null);
      if (living !== (status === 'started' || status === 'stopping')) {
        throw new Error(`${id} is ${status}, and its attempt ${living ? 'lives' : 'does not live'}`);
      }
    }
  }

  /** Executions by how they ended, or where they are. */
  outcome(): Map<Status, string[]> {
    return Map.groupBy(this.#executions, (id) => this.store.look(id)!.status) as Map<Status, string[]>;
  }

  #delay(): number {
    return this.chance.between(1, this.calm ? 20 : this.weather.slowestMs);
  }

  #every(seconds: number, run: () => void | Promise<void>): void {
    const beat = async () => {
      await run();
      this.clock.after(seconds * 1000, beat);
    };
    this.clock.after(this.chance.between(0, seconds * 1000), beat);
  }

  #sometimes(meanSeconds: number, run: () => void): void {
    if (meanSeconds === 0) return;
    this.clock.after(this.chance.between(0, 2 * meanSeconds * 1000), () => {
      if (this.calm) return;
      run();
      this.#sometimes(meanSeconds, run);
    });
  }

  #forget(): void {
    this.note(`Redis forgets ${this.bell.join(', ') || 'nothing'}`);
    this.bell.splice(0);
  }

  #fail(): void {
    this.apiAnswers = false;
    this.note('the API goes away');
    this.clock.after(this.chance.between(1_000, 60_000), () => {
      this.apiAnswers = true;
      this.note('the API is back');
    });
  }

  async #pulse(): Promise<void> {
    if (!this.apiAnswers) return;
    if (this.#silence() > SILENCE_SECONDS) await this.store.renewAll(LEASE_SECONDS);
    this.#lastPulse = this.clock.now;
  }

  async #reap(): Promise<void> {
    if (decideReaping(this.#silence()) !== 'reap') return;
    for (const { executionId, status } of await this.store.reap()) {
      this.note(`the reaper ends ${executionId}: ${status}`);
      const holder = this.#holders.get(executionId);
      if (holder) this.#dead.set(holder.token, attemptEnd(status));
      const living = this.workers.some((worker) => worker.runs(executionId));
      const death = this.#deaths.get(executionId);
      if (living) this.noticed.push(Number.POSITIVE_INFINITY);
      else if (death !== undefined) this.noticed.push((this.clock.now - death) / 1000);
    }
  }

  async #ringAgain(): Promise<void> {
    const look = async () => ({
      lists: new Map([[SLUG, [...this.bell]]]),
      queued: await this.store.queued(),
    });
    const first = await look();
    this.clock.after(300, async () => {
      const { ring, remove, move } = decideBell(first, await look());
      const moved = move.map(([, id]) => id).filter((id) => this.bell.includes(id));
      const gone = new Set([...remove.map(([, id]) => id), ...moved]);
      this.bell.splice(0, this.bell.length, ...this.bell.filter((id) => !gone.has(id)));
      for (const [, id] of ring) this.note(`the reconciler rings again for ${id}`);
      this.bell.push(...ring.map(([, id]) => id), ...moved);
    });
  }

  #silence(): number {
    return (this.clock.now - this.#lastPulse) / 1000;
  }
}
