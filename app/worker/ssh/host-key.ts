/** By which a worker's SSH servers are known: kept, so that a client is not warned of another machine at each job. */
import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';

export interface HostKey {
  privateKey: string;
  /** As OpenSSH shows it: `SHA256:…`. */
  fingerprint: string;
}

/** The worker's key; made at its first use, in a 0600 file of its folder. */
export async function hostKey(folder: string): Promise<HostKey> {
  const file = join(folder, 'ssh_host_ed25519_key');
  const kept = await readFile(file, 'utf8').catch(() => '');
  const privateKey = isKey(kept) ? kept : await keepNew(file, kept !== '');
  return { privateKey, fingerprint: fingerprintOf(parseKey(privateKey)) };
}

/** Two jobs may begin at once: the first one's key counts, and is never read half written. */
async function keepNew(file: string, instead: boolean): Promise<string> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, newKey(), { mode: 0o600 });
  if (instead) await rename(draft, file);
  else {
    await link(draft, file).catch(() => {});
    await rm(draft);
  }
  return readFile(file, 'utf8');
}

/** Of the keys that the library makes, it cannot read one in 160 itself. */
export function newKey(): string {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync('ed25519').private;
    if (isKey(made)) return made;
  }
}
const isKey = (text: string) => !(ssh2.utils.parseKey(text) instanceof Error);

/** Throws where it is no key. */
export function parseKey(text: string): ParsedKey {
  const parsed = ssh2.utils.parseKey(text) as ParsedKey | ParsedKey[] | Error;
  if (parsed instanceof Error) throw parsed;
  return [parsed].flat()[0] as ParsedKey;
}
export const fingerprintOf = (key: ParsedKey): string =>
  `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
