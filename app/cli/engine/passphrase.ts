/** The passphrase that encrypts secrets in the engine's state: made once, kept in a 0600 file. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import type { Places } from '../installation.ts';
import { StateUnreadable } from './failure.ts';
import { stateFile } from './state-file.ts';

/** Makes the passphrase for a new installation. State without its passphrase is told, never papered over. */
export async function ensurePassphrase(places: Places, name: string): Promise<void> {
  await mkdir(places.keys, { recursive: true, mode: 0o700 });
  await chmod(places.keys, 0o700);
  if (existsSync(places.passphrase)) return protect(places.passphrase);
  if (existsSync(stateFile(places.state, name))) {
    throw new StateUnreadable(
      `${places.passphrase} is gone, and the state of installation "${name}" can be read only with it.`,
      name,
    );
  }
  // A link appears whole or not at all: a killed run leaves no half a passphrase.
  const draft = `${places.passphrase}.${process.pid}`;
  await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600 });
  await link(draft, places.passphrase).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
}

async function protect(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) await chmod(file, 0o600);
}
