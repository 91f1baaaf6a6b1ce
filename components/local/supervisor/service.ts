/** One service under supervision: what is wanted of it, what became of it, and the pause before it is started again. */
import { existsSync, readFileSync } from 'node:fs';
import { endsInARow, pauseAfter } from './back-off.ts';
import { type SupervisorPlaces, specFile } from './places.ts';
import { adoptProcess, endRecorded, type RunningProcess, startProcess, stopProcess } from './process.ts';
import { hashOf, type ServiceReport, type ServiceSpec } from './spec.ts';

export type Log = (message: string, more?: Record<string, unknown>) => void;

export class Service {
  readonly name: string;
  readonly #places: SupervisorPlaces;
  readonly #log: Log;
  #spec: ServiceSpec | null = null;
  #running: RunningProcess | null = null;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;
  #endsInARow = 0;
  #restarts = 0;
  #lastEnd: string | null = null;
  #since: Date | null = null;
  /** Requests are carried out one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(name: string, places: SupervisorPlaces, log: Log) {
    this.name = name;
    this.#places = places;
    this.#log = (message, more) => log(message, { service: name, ...more });
  }

  get rank(): number {
    return this.#spec?.rank ?? 50;
  }

  report(): ServiceReport {
    return {
      name: this.name,
      state: this.#running ? 'running' : this.#wanted ? 'waiting' : 'stopped',
      pid: this.#running?.pid ?? null,
      spec: this.#running?.spec ?? null,
      since: (this.#running?.since ?? this.#since)?.toISOString() ?? null,
      restarts: this.#restarts,
      lastEnd: this.#lastEnd,
    };
  }

  /** Reads the spec and makes the process fit: adopts, starts, or restarts it. */
  apply(): Promise<void> {
    return this.#inTurn(async () => {
      this.#spec = JSON.parse(readFileSync(specFile(this.#places, this.name), 'utf8')) as ServiceSpec;
      if (this.#running === null) this.#adopt();
      if (this.#running !== null && this.#running.spec !== hashOf(this.#spec))
        await this.#end('its spec changed');
      this.#endsInARow = 0;
      this.#start();
    });
  }

  start(): Promise<void> {
    return this.#inTurn(async () => this.#start());
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#end('asked to stop'));
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end('asked to restart');
      this.#start();
    });
  }

  /** Forgets the service without touching its process. */
  release(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#running = null;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #start(): void {
    this.#wanted = true;
    clearTimeout(this.#timer);
    if (this.#running !== null || this.#spec === null) return;
    this.#watch(startProcess(this.#places, this.#spec));
    this.#log('started', { pid: this.#running!.pid });
  }

  #adopt(): void {
    const found = adoptProcess(this.#places, this.name);
    if (found === null) return;
    this.#watch(found);
    this.#log('found running', { pid: found.pid });
  }

  #watch(running: RunningProcess): void {
    this.#running = running;
    running.ended.then(({ how, uptimeMs }) => {
      if (this.#running !== running) return;
      this.#running = null;
      this.#since = new Date();
      this.#lastEnd = how;
      if (!this.#wanted) return;
      this.#restarts++;
      this.#endsInARow = endsInARow(this.#endsInARow, uptimeMs);
      const pause = pauseAfter(this.#endsInARow);
      this.#log(`ended (${how}); starting it again in ${pause} ms`);
      this.#timer = setTimeout(() => void this.start(), pause);
    });
  }

  async #end(why: string): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    if (this.#running === null) {
      if (existsSync(this.#places.running)) await endRecorded(this.#places, this.name, this.#spec);
      return;
    }
    this.#log(`stopping: ${why}`, { pid: this.#running.pid });
    await stopProcess(this.#running, this.#spec);
    this.#running = null;
    this.#since = new Date();
    await endRecorded(this.#places, this.name, this.#spec);
  }
}
