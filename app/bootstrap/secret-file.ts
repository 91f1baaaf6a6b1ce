/** Files that only their owner may read. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CoveError } from '../platform/errors.ts';

/** A random secret of 256 bits, safe in addresses and shells. */
export const newPassword = (): string => randomBytes(32).toString('base64url');

/** Writes the whole file or none of it; it is on the disk when this returns. */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.new`;
  try {
    const file = await open(draft, 'w', 0o600);
    await file
      .chmod(0o600)
      .then(() => file.writeFile(text))
      .then(() => file.sync())
      .finally(() => file.close());
    await rename(draft, path);
    const folder = await open(dirname(path));
    await folder.sync().finally(() => folder.close());
  } finally {
    await rm(draft, { force: true });
  }
}

/** What a secret file holds, without the end of its line; null where there is none, or an empty one. */
export async function findSecretFile(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CoveError('conflict', `The secret file ${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Like `findSecretFile`; without the file nothing can go on. */
export async function readSecretFile(path: string): Promise<string> {
  const text = await findSecretFile(path);
  if (text !== null) return text;
  throw new CoveError(
    'conflict',
    `The secret file ${path} is missing or empty; it was written at the install`,
  );
}

/** The JSON object in a secret file; null where it is missing or was cut short. */
export async function findSecretJson(path: string): Promise<Record<string, string> | null> {
  try {
    return JSON.parse((await findSecretFile(path)) ?? 'null');
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
