/** Files as the kinds write them: whole or not at all, for their owner alone. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

export const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

export const makeFolder = async (path: string, mode = PRIVATE_FOLDER): Promise<void> => {
  await mkdir(path, { recursive: true, mode });
};

/** Replaces a file in one step, on the disk before it bears its name. */
export async function writeWhole(path: string, content: string | Buffer, mode = PRIVATE_FILE): Promise<void> {
  await makeFolder(dirname(path));
  const draft = `${path}.${process.pid}.draft`;
  try {
    const file = await open(draft, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(draft, mode);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Null where there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Fills in `${file:/path}` with what lies in that file, so that neither program nor state ever hold a secret. */
export async function fillIn(text: string): Promise<string> {
  const places = [...text.matchAll(/\$\{(file|sha256):([^}]+)\}/g)];
  let filled = text;
  for (const [placeholder, how, path] of places) {
    const content = await readIfThere(path ?? '');
    if (content === null)
      throw new Error(
        `${path} is missing; it belongs into a settings file. \`cove up --refresh\` makes it again.`,
      );
    // A function, for `$` in a replacement text would mean something.
    filled = filled.replaceAll(placeholder, () => (how === 'sha256' ? sha256(content) : content));
  }
  return filled;
}
