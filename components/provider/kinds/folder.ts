/** A folder for its owner alone. */
import { rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { makeFolder } from '../files.ts';
import type { Kind } from '../kind.ts';

const inputs = z.strictObject({
  path: z.string().startsWith('/'),
  /** It stays, with all that is in it, when the resource goes: for data and keys. */
  keep: z.boolean(),
});
export type FolderInputs = z.infer<typeof inputs>;

export const folder: Kind<FolderInputs, Record<never, never>> = {
  inputs,
  outputs: [],
  replaceOn: ['path'],
  async create({ path }) {
    await makeFolder(path);
    return { id: path, outputs: {} };
  },
  async read(path) {
    const found = await stat(path).catch(() => null);
    return found?.isDirectory() ? {} : null;
  },
  async update(path) {
    await makeFolder(path);
    return {};
  },
  async delete(path, { keep }) {
    if (!keep) await rm(path, { recursive: true, force: true });
  },
};
