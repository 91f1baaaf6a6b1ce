/** A rendered file, such as a service's settings. `${file:/path}` stands for a secret that is filled in on writing. */
import { rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { fillIn, PRIVATE_FILE, readIfThere, sha256, writeWhole } from '../files.ts';
import type { Kind } from '../kind.ts';

const inputs = z.strictObject({
  path: z.string().startsWith('/'),
  /** May name secrets as `${file:/path}`, or their hash as `${sha256:/path}`. */
  content: z.string(),
  /** Only the first content: whoever uses the file changes it afterwards. */
  seed: z.boolean(),
  /** It is written again when one of these changes, e.g. when a secret in it was made. */
  triggers: z.array(z.string()),
});
export type FileInputs = z.infer<typeof inputs>;
type Outputs = {
  /** Of the content as it lies on the disk; of a seed, as it was written. */
  sha256: string;
  /** When it was last written: what its user added to a seed is lost then. */
  written: string;
};

async function write({ path, content }: FileInputs): Promise<Outputs> {
  const filled = await fillIn(content);
  await writeWhole(path, filled);
  return { sha256: sha256(filled), written: new Date().toISOString() };
}

export const file: Kind<FileInputs, Outputs> = {
  inputs,
  outputs: ['sha256', 'written'],
  replaceOn: ['path'],
  async create(wanted) {
    // A seed that is there was changed by its user, for whom it still holds.
    const holds = wanted.seed && (await readIfThere(wanted.path)) !== null;
    const outputs = holds
      ? { sha256: sha256(await fillIn(wanted.content)), written: '' }
      : await write(wanted);
    return { id: wanted.path, outputs };
  },
  async read(path, state) {
    const found = await readIfThere(path);
    if (found === null) return null;
    if (state.seed) return {};
    const { mode } = await stat(path);
    if (sha256(found) === state.sha256 && (mode & 0o777) === PRIVATE_FILE) return {};
    return { inputs: { content: '(changed by somebody else)' } };
  },
  update: (_path, _olds, wanted) => write(wanted),
  async delete(path, { seed }) {
    // What its user made of it belongs to that user's data.
    if (!seed) await rm(path, { force: true });
  },
};
