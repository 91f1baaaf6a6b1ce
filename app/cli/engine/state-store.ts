/** The engine's state and locks, read without the engine: in a folder of this machine, or in a bucket. */
import type { LockFile } from './lock.ts';
import { readLocks, removeLocks } from './lock.ts';
import { type Latest, latestOf, parseState } from './state-file.ts';

export interface StateStore {
  locks(stack: string): Promise<LockFile[]>;
  removeLocks(locks: LockFile[]): Promise<void>;
  /** What the engine has made; empty where there is no state yet. */
  latest(stack: string): Promise<Latest>;
}

/** Objects of a bucket, as far as a state store needs them. Names are whole keys. */
export interface Objects {
  list(prefix: string): Promise<string[]>;
  /** Null: there is none. */
  read(key: string): Promise<string | null>;
  remove(key: string): Promise<void>;
}

export const folderStore = (state: string): StateStore => ({
  locks: async (stack) => readLocks(state, stack),
  removeLocks: async (locks) => removeLocks(locks),
  latest: async (stack) => latestOf(state, stack),
});

export const bucketStore = (objects: Objects): StateStore => ({
  async locks(stack) {
    const keys = await objects.list(`.pulumi/locks/organization/cove/${stack}/`);
    const found = await Promise.all(
      keys
        .filter((key) => key.endsWith('.json'))
        .map(async (key): Promise<LockFile[]> => {
          const text = await objects.read(key);
          // Released meanwhile.
          if (text === null) return [];
          const { pid, hostname: host, username: user, timestamp: time } = JSON.parse(text);
          return [{ file: key, pid, host, user, time }];
        }),
    );
    return found.flat();
  },
  async removeLocks(locks) {
    for (const { file } of locks) await objects.remove(file);
  },
  async latest(stack) {
    return parseState(await objects.read(`.pulumi/stacks/cove/${stack}.json`));
  },
});
