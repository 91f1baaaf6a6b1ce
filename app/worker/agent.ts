/** The worker's loop: wait at the doorbell, claim, run; as many jobs at once as there are slots. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { JobSpec } from '../protocol/worker.ts';
import { type Clock, every } from './clock.ts';
import { Control } from './control.ts';
import { HttpError, isPassing } from './http.ts';
import type { WorkerQueue } from './relay.ts';
import { backOff, pauseFor, retry } from './retry.ts';
import type { Room } from './room.ts';
import type { Session } from './session.ts';

/** What the loop stands on: the platform and this machine (`main.ts`), or what `test/sim` makes of them. */
export interface Ground {
  /** Jobs at once. */
  slots: number;
  clock: Clock;
  /** Says hello until the platform answers. Rejects where it refuses this worker. */
  openSession(signal: AbortSignal): Promise<Session>;
  /** `onDrain`: a heartbeat was answered with the wish that no new job be taken. */
  openShop(session: Session, onDrain: () => void): Promise<Shop>;
  /** Calls `onNotice` once, where the cloud takes this machine back. */
  listenForNotice(signal: AbortSignal, onNotice: (reason: string) => void): void;
  /** The platform knows this machine no more: gives the error that the agent ends with. */
  leave(): Promise<Error>;
}

/** Where jobs run. */
export interface Shop {
  /** What keeps jobs from running here, as one line for a person; null: nothing. */
  unready(): Promise<string | null>;
  /** Runs a claimed job and reports its end. `onLease` is given what beats at once. Never rejects. */
  run(job: JobSpec, control: Control, onLease: (beat: () => void) => void): Promise<void>;
  /** What is left of the machine; undefined where the executor's own system counts. */
  room?: Room | undefined;
  /** Settles when the runs of an earlier life have been told of. */
  settled: Promise<unknown>;
}

/** One wait at the doorbell; then it is asked again, which also shows that the line still stands. */
const WAIT_SECONDS = 20;
/** One that cannot run jobs looks so often whether it can. */
const UNREADY_MS = 2_000;
/** A rung id is asked for so often while the API is away; after that the reconciler rings again. */
const CLAIM_TRIES = 12;
/** The platform counts workers heard of within the last minute. */
const GREET_MS = 15_000;

interface LivingRun {
  attempt: number;
  control: Control;
  beat: () => void;
  done: Promise<void>;
}

export class Agent {
  readonly #ground: Ground;
  readonly #log: Logger;
  readonly #closing = new AbortController();
  /** Aborted when no new job is taken any more: the worker closes, or shall give its machine back. */
  readonly #draining = new AbortController();
  readonly #runs = new Map<string, LivingRun>();
  #session: Session | undefined;
  #loop: Promise<void> | undefined;
  #settling: Promise<unknown> | undefined;
  readonly #removed = Promise.withResolvers<never>();
  /** Rung for and not given, while jobs ran here: it may have found no room, and is rung for again when one ends. */
  #passedBy: string | undefined;
  #failures = 0;
  #unready: string | null = null;
  /** What is still claimed then ends at once. */
  #impatient = false;

  constructor(ground: Ground, log: Logger) {
    this.#ground = ground;
    this.#log = log;
  }

  /** Until `drain`. Rejects where the platform refuses this worker. */
  run(): Promise<void> {
    this.#loop = Promise.race([this.#work(), this.#removed.promise]).catch((error) => {
      if (!this.#closing.signal.aborted) throw error;
    });
    return this.#loop;
  }

  /** Takes no new job; lets those under way go on for so long, then ends them. */
  async drain(patienceMs: number): Promise<void> {
    this.#closing.abort();
    this.#draining.abort();
    const callOff = this.#ground.clock.after(patienceMs, () => {
      this.#impatient = true;
      for (const { control } of this.#runs.values()) control.end({ kind: 'shutdown' });
    });
    await this.#loop?.catch(() => {});
    await Promise.all([this.#settling, ...[...this.#runs.values()].map((run) => run.done)]);
    callOff();
    await this.#session?.close();
  }

  async #work(): Promise<void> {
    const closing = this.#closing.signal;
    const { clock, slots, openShop, openSession, listenForNotice } = this.#ground;
    const session = await openSession(closing);
    this.#session = session;
    const { slug } = session.about.environment;
    const { id: me } = session.about.worker;
    session.queue.onStop(slug, (id) => (id === me ? void this.#greet(session) : this.#runs.get(id)?.beat()));
    const shop = await openShop(session, () => this.#startDraining());
    this.#settling = shop.settled;
    if (session.about.drain) this.#draining.abort();
    every(clock, GREET_MS, closing, () => void this.#greet(session));
    listenForNotice(closing, (reason) => void this.#giveUp(session, reason));
    while (!this.#draining.signal.aborted) {
      if (this.#runs.size >= slots) {
        await Promise.race([...this.#runs.values()].map((run) => run.done));
        continue;
      }
      if (!(await this.#isReady(session, shop))) {
        await pauseFor(UNREADY_MS, closing, clock);
        continue;
      }
      const id = await this.#waitForJob(session.queue, slug);
      if (id === null) continue;
      if (await this.#isReady(session, shop)) await this.#take(id, session, shop);
      // The engine went away meanwhile: rung again for whoever can run it; where that fails, the reconciler does.
      else await session.queue.ring(slug, id).catch(() => {});
    }
    if (!closing.aborted) await this.#handBack(session);
  }

  async #greet(session: Session): Promise<void> {
    const { drain, removed: isRemoved = false } = await session.greet(this.#unready);
    if (drain) this.#startDraining();
    if (isRemoved) await this.#leave();
  }
  /** Removed under a job only where it was silent: that job was called lost, and ends here too. */
  async #leave(): Promise<void> {
    this.#startDraining();
    const runs = [...this.#runs.values()];
    for (const { control } of runs) control.lose();
    await Promise.all(runs.map((run) => run.done));
    this.#removed.reject(await this.#ground.leave());
  }
  #startDraining(): void {
    if (!this.#draining.signal.aborted) this.#log.info('this worker takes no new job: it drains');
    this.#draining.abort();
  }
  /** The cloud takes the machine back: the platform hears of it, so that it starts another one. */
  async #giveUp({ api }: Session, reason: string): Promise<void> {
    this.#log.warn({ reason }, 'the cloud takes this machine back');
    this.#startDraining();
    const { signal } = this.#closing;
    const { clock } = this.#ground;
    await retry(() => api.drain(reason, signal), { signal, again: isPassing, clock }).catch(
      (error: Error) => {
        if (!signal.aborted) this.#log.warn({ err: error }, 'the platform did not hear of it');
      },
    );
  }
  /** The handshake: when the last job has ended, the platform may end the machine. Until then this worker waits. */
  async #handBack({ api }: Session): Promise<void> {
    const { signal } = this.#closing;
    const { clock } = this.#ground;
    await Promise.all([this.#settling, ...[...this.#runs.values()].map((run) => run.done)]);
    const again = (error: unknown) =>
      isPassing(error) || (error instanceof HttpError && error.status === 409);
    await retry(() => api.drained(signal), { signal, again, longest: 15_000, clock });
    this.#log.info('drained: the machine may be ended');
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  /** Whether jobs can run here at all; tells the platform, so that those who wait can read why. */
  async #isReady(session: Session, shop: Shop): Promise<boolean> {
    const unready = await shop.unready();
    if (unready !== this.#unready) {
      if (unready === null) this.#log.info('jobs are taken again');
      else this.#log.warn(`no job is taken: this worker ${unready}`);
      this.#unready = unready;
      void this.#greet(session);
    }
    return unready === null;
  }

  /** Claims a job, which need not be the one rung for, and begins it. That others were faster is no error. */
  async #take(rung: string, { api, queue, about }: Session, shop: Shop): Promise<void> {
    const name = randomUUID();
    const left = shop.room && { free: shop.room.free(), share: shop.room.share, whole: shop.room.whole };
    try {
      const job = await retry(() => api.claim(rung, name, left), {
        signal: this.#draining.signal,
        again: isPassing,
        tries: CLAIM_TRIES,
        first: 100,
        longest: 3_000,
        clock: this.#ground.clock,
      });
      if (job === 'draining') this.#startDraining();
      if (job === null && this.#runs.size > 0) this.#passedBy = rung;
      if (job === null || job === 'draining') return;
      const id = job.execution_id;
      // An earlier attempt of it was called lost, and is over here too.
      const earlier = this.#runs.get(id);
      if (earlier?.attempt === job.attempt) return;
      earlier?.control.lose();
      await earlier?.done;
      const { attempt } = job;
      const run: LivingRun = { attempt, control: new Control(), beat: () => {}, done: Promise.resolve() };
      this.#runs.set(id, run);
      const onLease = (beat: () => void) => {
        run.beat = beat;
      };
      shop.room?.take(job);
      run.done = shop.run(job, run.control, onLease).finally(() => {
        this.#runs.delete(id);
        shop.room?.release(id);
        const again = this.#passedBy;
        this.#passedBy = undefined;
        if (again !== undefined) queue.ring(about.environment.slug, again).catch(() => {});
      });
      if (this.#impatient) run.control.end({ kind: 'shutdown' });
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        this.#log.warn({ err: error, execution: rung }, 'a job could not be claimed');
      }
    }
  }

  /** The next rung id; null where there was none in a while, or the worker closes. */
  async #waitForJob(queue: WorkerQueue, slug: string): Promise<string | null> {
    const closing = this.#draining.signal;
    // Meanwhile it was looked whether jobs can run here at all.
    if (closing.aborted) return null;
    const { clock } = this.#ground;
    const closed = Promise.withResolvers<null>();
    const close = () => closed.resolve(null);
    closing.addEventListener('abort', close, { once: true });
    const popped = queue.waitForJob(slug, WAIT_SECONDS);
    try {
      const id = await Promise.race([popped, closed.promise]);
      this.#failures = 0;
      // Popped at the last moment: for another worker; else the reconciler rings again.
      if (closing.aborted)
        popped.then((late) => (late === null ? undefined : queue.ring(slug, late))).catch(() => {});
      return closing.aborted ? null : id;
    } catch (error) {
      if (++this.#failures === 1)
        this.#log.warn({ err: error }, 'Redis does not answer: no new job is heard of');
      const pause = backOff(this.#failures, 100, 2_000, clock.random);
      await pauseFor(pause, closing, clock).catch(() => {});
      return null;
    } finally {
      closing.removeEventListener('abort', close);
    }
  }
}
