/**
 * A random secret in a file of its own. The state knows where it lies and when it was made, never what it is. A file
 * that is there is taken over: what it protects (a database, a vault) outlives the resource, and so does the file.
 */
import { randomBytes } from 'node:crypto';
import { chmod, stat } from 'node:fs/promises';
import { z } from 'zod';
import { PRIVATE_FILE, writeWhole } from '../files.ts';
import type { Kind } from '../kind.ts';

const inputs = z.strictObject({
  path: z.string().startsWith('/'),
  bytes: z.int().min(16),
  /** `raw`: the bytes themselves. */
  encoding: z.enum(['base64url', 'hex', 'raw']),
});
export type SecretFileInputs = z.infer<typeof inputs>;
/** When the secret was made: whoever depends on it is made anew with it. */
type Outputs = { made: string };

const madeAt = async (path: string): Promise<string | null> => {
  const found = await stat(path).catch(() => null);
  return found?.isFile() && found.size > 0 ? found.mtime.toISOString() : null;
};

async function ensureSecret({ path, bytes, encoding }: SecretFileInputs): Promise<Outputs> {
  if ((await madeAt(path)) === null) {
    const secret = randomBytes(bytes);
    await writeWhole(path, encoding === 'raw' ? secret : secret.toString(encoding));
  }
  await chmod(path, PRIVATE_FILE);
  return { made: (await madeAt(path)) ?? '' };
}

export const secretFile: Kind<SecretFileInputs, Outputs> = {
  inputs,
  outputs: ['made'],
  replaceOn: ['path'],
  async create(wanted) {
    return { id: wanted.path, outputs: await ensureSecret(wanted) };
  },
  async read(path) {
    const made = await madeAt(path);
    return made === null ? null : { outputs: { made } };
  },
  update: (_path, _olds, wanted) => ensureSecret(wanted),
  async delete() {},
};
