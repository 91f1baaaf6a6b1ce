/** Cache volumes of jobs in containers: volumes of the Engine, one for each project and name (contract 2.2). */
import { hash } from 'node:crypto';
import type { ContainerOptions, DockerEngine } from '../../platform/docker.ts';
import type { Kept } from '../steps/disk.ts';
import { CACHES_PATH, type Caches } from './executor.ts';
import { UsedAt } from './used-at.ts';

type EngineMount = NonNullable<NonNullable<ContainerOptions['HostConfig']>['Mounts']>[number];

/** The Engine makes a volume with the first container that names it. Pure. */
export const cacheMounts = (caches: Caches | undefined, owner: string): EngineMount[] =>
  (caches?.names ?? []).map((name) => {
    const project = caches?.project ?? '';
    return {
      Type: 'volume',
      Source: `cove-cache-${hash('sha256', JSON.stringify([owner, project, name])).slice(0, 32)}`,
      Target: `${CACHES_PATH}/${name}`,
      VolumeOptions: {
        NoCopy: true,
        Labels: { 'cove.owner': owner, 'cove.project': project, 'cove.cache': name },
        DriverConfig: { Name: 'local', Options: {} },
      },
    };
  });

export class VolumeCache {
  readonly #engine: DockerEngine;
  readonly #owner: string;
  readonly #usedAt: UsedAt;

  constructor(engine: DockerEngine, owner: string, file: string | undefined) {
    this.#engine = engine;
    this.#owner = owner;
    this.#usedAt = new UsedAt(file);
  }

  /** A container was made with them. `open`: lets every user write to those that are new, at their place in a container. */
  async used(caches: Caches | undefined, open: (paths: string[]) => Promise<void>): Promise<void> {
    const mounts = cacheMounts(caches, this.#owner);
    if (mounts.length === 0) return;
    const fresh = mounts.filter(({ Source }) => this.#usedAt.get(Source) === undefined);
    if (fresh.length > 0) await open(fresh.map(({ Target }) => Target));
    await this.#usedAt.now(...mounts.map(({ Source }) => Source));
  }

  /** The Engine refuses to drop what a container has. */
  async list(): Promise<Kept[]> {
    const found = await this.#engine.volumes({ 'cove.owner': this.#owner });
    return found.map(({ name, size, madeAt }) => ({
      id: `cache volume ${name}`,
      size,
      usedAt: this.#usedAt.get(name) ?? madeAt,
      drop: async () => {
        await this.#engine.removeVolume(name);
        await this.#usedAt.forget(name);
      },
    }));
  }
}
