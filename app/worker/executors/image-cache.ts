/** Images that this worker pulled for jobs, and when one last ran of each: those may go where the disk is full. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { DockerEngine } from '../../platform/docker.ts';
import type { Kept } from '../steps/disk.ts';

const Known = z.record(z.string(), z.number());

export class ImageCache {
  readonly #engine: DockerEngine;
  readonly #file: string;
  readonly #usedAt: Map<string, number>;

  /** `file` outlives the worker. */
  constructor(engine: DockerEngine, file: string) {
    this.#engine = engine;
    this.#file = file;
    this.#usedAt = new Map(Object.entries(read(file)));
  }

  /** A job was made of it. What somebody else brought to the machine is his: only `pulled` ones are counted. */
  async used(image: string, pulled: boolean): Promise<void> {
    if (!pulled && !this.#usedAt.has(image)) return;
    this.#usedAt.set(image, Date.now());
    await this.#write();
  }

  /** The Engine refuses to drop what a container is made of. */
  async list(): Promise<Kept[]> {
    const found = [...this.#usedAt].map(async ([image, usedAt]) => {
      const size = await this.#engine.imageSize(image);
      if (size === null) this.#usedAt.delete(image);
      const drop = async () => {
        await this.#engine.removeImage(image);
        this.#usedAt.delete(image);
        await this.#write();
      };
      return size === null ? [] : [{ id: `image ${image}`, size, usedAt, drop }];
    });
    return (await Promise.all(found)).flat();
  }

  #write(): Promise<void> {
    return writeFile(this.#file, JSON.stringify(Object.fromEntries(this.#usedAt)), { mode: 0o600 });
  }
}

function read(file: string): Record<string, number> {
  try {
    return Known.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
