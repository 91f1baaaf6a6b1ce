/** Cache volumes of jobs without a container: folders, one for each project and name (contract 2.2). */
import { chmod, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kept } from '../steps/disk.ts';
import { openUp } from '../steps/job-folder.ts';
import { writtenBelow } from '../steps/written.ts';
import type { Caches } from './executor.ts';

export class FolderCache {
  readonly #folder: string;
  readonly #inUse = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where those of a project lie. */
  of(project: string): string {
    return join(this.#folder, project);
  }

  /** Makes those that are new, and keeps all of them until `close`. */
  async open({ project, names }: Caches): Promise<{ folders: string[]; close(): void }> {
    const folders = names.map((name) => join(this.of(project), name));
    this.#count(folders, 1);
    let isOpen = true;
    const close = () => {
      if (isOpen) this.#count(folders, -1);
      isOpen = false;
    };
    try {
      const now = new Date();
      for (const folder of folders) {
        await mkdir(folder, { recursive: true });
        await chmod(folder, 0o777); // not narrowed by the umask
        await utimes(folder, now, now);
      }
    } catch (error) {
      close();
      throw error;
    }
    return { folders, close };
  }

  async list(): Promise<Kept[]> {
    const projects = await namesIn(this.#folder);
    const found = projects.map(async (project) =>
      (await namesIn(this.of(project))).map(async (name) => {
        const folder = join(this.of(project), name);
        const { mtimeMs: usedAt } = await stat(folder);
        const drop = async () => {
          if (this.#inUse.has(folder)) throw new Error('a job has it');
          await openUp(folder);
          await rm(folder, { recursive: true, force: true });
        };
        return {
          id: `cache volume ${project}/${name}`,
          size: (await writtenBelow(folder)).bytes,
          usedAt,
          drop,
        };
      }),
    );
    return Promise.all((await Promise.all(found)).flat());
  }

  #count(folders: readonly string[], by: 1 | -1): void {
    for (const folder of folders) {
      const users = (this.#inUse.get(folder) ?? 0) + by;
      if (users === 0) this.#inUse.delete(folder);
      else this.#inUse.set(folder, users);
    }
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
