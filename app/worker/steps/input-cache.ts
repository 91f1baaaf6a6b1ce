/** Inputs that were fetched before. A file is found by its SHA-256, or by an address whose content has a version. */
import { hash, randomUUID } from 'node:crypto';
import {
  constants,
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Checksums } from './checksums.ts';
import type { Kept } from './disk.ts';

/** More than this is never kept; what was used least recently goes first. */
const CACHE_BYTES = 20 * 1024 ** 3;

const Entry = z.object({
  size: z.int(),
  md5: z.string(),
  sha1: z.string(),
  sha256: z.string(),
  etag: z.string().nullable(),
});
export type CacheEntry = z.infer<typeof Entry>;

/** Where a file would lie in the cache: by content where that is known, else by address without its signature. */
export function cacheKey(file: { uri: string; checksums: { sha256: string | null } }): string {
  const name = file.checksums.sha256?.toLowerCase() ?? `address:${file.uri}`;
  return hash('sha256', name);
}

export class InputCache {
  readonly #folder: string;
  readonly #limit: number;

  constructor(folder: string, limit = CACHE_BYTES) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** What is known of a file, or null. Whether it is still right is the caller's to find out. */
  async find(key: string): Promise<CacheEntry | null> {
    const text = await readFile(this.#at(`${key}.json`), 'utf8').catch(() => null);
    if (text === null) return null;
    const entry = Entry.safeParse(JSON.parse(text));
    const found = await stat(this.#at(key)).catch(() => null);
    return entry.success && found?.size === entry.data.size ? entry.data : null;
  }

  /** Copies a cached file; the job may change its own copy. Shares the blocks where the file system can. */
  async copyTo(key: string, target: string): Promise<void> {
    await copyFile(this.#at(key), target, constants.COPYFILE_FICLONE);
    const now = new Date();
    await utimes(this.#at(`${key}.json`), now, now).catch(() => {});
  }

  /** Keeps a copy of a file, unless it alone would fill the cache. */
  async add(
    key: string,
    file: string,
    known: Checksums & { size: number },
    etag: string | null,
  ): Promise<void> {
    if (known.size > this.#limit / 2) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#makeRoom(known.size);
    const draft = this.#at(`${randomUUID()}.part`);
    try {
      await copyFile(file, draft, constants.COPYFILE_FICLONE);
      await rename(draft, this.#at(key));
      const { size, md5, sha1, sha256 } = known;
      await writeFile(this.#at(`${key}.json`), JSON.stringify({ size, md5, sha1, sha256, etag }));
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Drops what an ended life left half-written. */
  async tidy(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    await Promise.all(names.filter((n) => n.endsWith('.part')).map((n) => rm(this.#at(n), { force: true })));
  }

  async list(): Promise<Kept[]> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => name.endsWith('.json'));
    return Promise.all(
      names.map(async (name) => {
        const key = name.slice(0, -'.json'.length);
        const [used, file] = await Promise.all([
          stat(this.#at(name)).catch(() => null),
          stat(this.#at(key)).catch(() => null),
        ]);
        const drop = async () => {
          await Promise.all([key, name].map((one) => rm(this.#at(one), { force: true })));
        };
        return { id: `input ${key}`, size: file?.size ?? 0, usedAt: used?.mtimeMs ?? 0, drop };
      }),
    );
  }

  async #makeRoom(needed: number): Promise<void> {
    const entries = await this.list();
    let total = needed + entries.reduce((sum, entry) => sum + entry.size, 0);
    for (const { size, drop } of entries.sort((a, b) => a.usedAt - b.usedAt)) {
      if (total <= this.#limit) return;
      await drop();
      total -= size;
    }
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }
}
