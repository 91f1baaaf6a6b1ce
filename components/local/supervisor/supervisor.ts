/** All services of an installation: what lies in `supervisor/services` is kept running. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { logFile, recordFile, type SupervisorPlaces, specFile } from './places.ts';
import { endRecorded } from './process.ts';
import { type Limits, rotate } from './rotate.ts';
import { type Log, Service } from './service.ts';
import type { Reply, Request } from './spec.ts';

const namesIn = (folder: string) =>
  readdirSync(folder)
    .filter((entry) => entry.endsWith('.json'))
    .map((entry) => basename(entry, '.json'));

export class Supervisor {
  readonly #places: SupervisorPlaces;
  readonly #log: Log;
  readonly #services = new Map<string, Service>();

  constructor(places: SupervisorPlaces, log: Log) {
    this.#places = places;
    this.#log = log;
  }

  /** Finds again what still runs, ends what is no longer wanted, starts the rest. */
  async open(): Promise<void> {
    for (const folder of [this.#places.services, this.#places.running, this.#places.logs]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    const wanted = namesIn(this.#places.services);
    for (const name of namesIn(this.#places.running).filter((name) => !wanted.includes(name))) {
      if (await endRecorded(this.#places, name, null))
        this.#log('ended a service that is gone', { service: name });
    }
    for (const name of wanted) {
      await this.#service(name)
        .apply()
        .catch((error: Error) => this.#log(`not started: ${error.message}`, { service: name }));
    }
  }

  async handle(request: Request): Promise<Reply> {
    if ('name' in request) {
      if (!/^[a-z0-9][a-z0-9._-]*$/.test(request.name)) {
        return { ok: false, message: `${JSON.stringify(request.name)} is not the name of a service` };
      }
      if (request.action === 'remove') await this.#remove(request.name);
      else await this.#service(request.name)[request.action]();
    } else if (request.action === 'shutdown') {
      if (request.services === 'stop') await this.stopAll();
      else this.#release();
    }
    const services = [...this.#services.values()].map((service) => service.report());
    return { ok: true, pid: process.pid, services };
  }

  /** Highest rank first: who needs others goes before them. */
  async stopAll(): Promise<void> {
    const ranks = [...new Set([...this.#services.values()].map((service) => service.rank))];
    for (const rank of ranks.sort((a, b) => b - a)) {
      const group = [...this.#services.values()].filter((service) => service.rank === rank);
      await Promise.all(group.map((service) => service.stop()));
    }
  }

  rotateLogs(limits?: Limits): void {
    for (const file of [
      this.#places.log,
      ...[...this.#services.keys()].map((name) => logFile(this.#places, name)),
    ]) {
      try {
        rotate(file, limits);
      } catch (error) {
        this.#log(`${file} could not be rotated: ${(error as Error).message}`);
      }
    }
  }

  #release(): void {
    for (const service of this.#services.values()) service.release();
  }

  async #remove(name: string): Promise<void> {
    await this.#service(name).stop();
    rmSync(specFile(this.#places, name), { force: true });
    rmSync(recordFile(this.#places, name), { force: true });
    this.#services.delete(name);
  }

  #service(name: string): Service {
    const known = this.#services.get(name);
    if (known) return known;
    const service = new Service(name, this.#places, this.#log);
    this.#services.set(name, service);
    return service;
  }
}
