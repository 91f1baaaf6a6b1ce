/** When each of several things was last used; outlives the worker where it is given a file. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';

const Times = z.record(z.string(), z.number());

export class UsedAt {
  readonly #file: string | undefined;
  readonly #times: Map<string, number>;

  constructor(file: string | undefined) {
    this.#file = file;
    this.#times = new Map(Object.entries(read(file)));
  }

  /** Milliseconds since 1970. */
  get(name: string): number | undefined {
    return this.#times.get(name);
  }
  names(): string[] {
    return [...this.#times.keys()];
  }
  async now(...names: string[]): Promise<void> {
    for (const name of names) this.#times.set(name, Date.now());
    await this.#write();
  }
  async forget(name: string): Promise<void> {
    if (this.#times.delete(name)) await this.#write();
  }

  async #write(): Promise<void> {
    if (this.#file === undefined) return;
    await writeFile(this.#file, JSON.stringify(Object.fromEntries(this.#times)), { mode: 0o600 });
  }
}

function read(file: string | undefined): Record<string, number> {
  try {
    return file === undefined ? {} : Times.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
