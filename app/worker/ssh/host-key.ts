/** By which a worker's SSH servers are known: kept, so that a client is not warned of another machine at each job. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
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
  let privateKey = await readFile(file, 'utf8').catch(() => '');
  if (privateKey === '') {
    privateKey = ssh2.utils.generateKeyPairSync('ed25519').private;
    // Two jobs may begin at once: the first one's key counts.
    await writeFile(file, privateKey, { mode: 0o600, flag: 'wx' }).catch(async () => {
      privateKey = await readFile(file, 'utf8');
    });
  }
  return { privateKey, fingerprint: fingerprintOf(parseKey(privateKey)) };
}

/** Throws where it is no key. */
export function parseKey(text: string): ParsedKey {
  const parsed = ssh2.utils.parseKey(text) as ParsedKey | ParsedKey[] | Error;
  if (parsed instanceof Error) throw parsed;
  return [parsed].flat()[0] as ParsedKey;
}
export const fingerprintOf = (key: ParsedKey): string =>
  `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
