/** Images that this worker pulled for jobs, and when one last ran of each: those may go where the disk is full. */
import type { DockerEngine } from '../../platform/docker.ts';
import type { Kept } from '../steps/disk.ts';
import { UsedAt } from './used-at.ts';

export class ImageCache {
  readonly #engine: DockerEngine;
  readonly #usedAt: UsedAt;

  /** `file` outlives the worker. */
  constructor(engine: DockerEngine, file: string) {
    this.#engine = engine;
    this.#usedAt = new UsedAt(file);
  }

  /** A job was made of it. What somebody else brought to the machine is his: only `pulled` ones are counted. */
  async used(image: string, pulled: boolean): Promise<void> {
    if (pulled || this.#usedAt.get(image) !== undefined) await this.#usedAt.now(image);
  }

  /** The Engine refuses to drop what a container is made of. */
  async list(): Promise<Kept[]> {
    const found = this.#usedAt.names().map(async (image) => {
      const size = await this.#engine.imageSize(image);
      if (size === null) await this.#usedAt.forget(image);
      const drop = async () => {
        await this.#engine.removeImage(image);
        await this.#usedAt.forget(image);
      };
      return size === null
        ? []
        : [{ id: `image ${image}`, size, usedAt: this.#usedAt.get(image) ?? 0, drop }];
    });
    return (await Promise.all(found)).flat();
  }
}
