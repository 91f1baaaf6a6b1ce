/** How Git reaches a guarded address: pinned to the address that was checked, with the project's key. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guard } from './git-guard.ts';
import type { GitUrl } from './git-url.ts';

export interface Remote {
  address: GitUrl;
  privateKey?: string | undefined;
  /** Addresses that the guard lets through. */
  trusted: readonly string[];
}
export interface Transport {
  config: string[];
  environment: Record<string, string>;
}

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Options of ssh: nothing from a user's own configuration, no agent, no passwords. Pure. */
export function sshCommand(
  address: GitUrl,
  ip: string,
  files: { key?: string | undefined; knownHosts: string },
): string {
  // Under this name a host key is kept: the address changes with the name server, the host does not.
  const alias = address.port === 22 ? address.host : `[${address.host}]:${address.port}`;
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=15',
    'ServerAliveInterval=15',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'PreferredAuthentications=publickey',
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile="${files.knownHosts}"`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    `HostName=${ip}`,
    `HostKeyAlias=${alias}`,
    'CheckHostIP=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'LogLevel=ERROR',
  ];
  const key = files.key ? ['-i', quote(files.key)] : ['-o', 'PubkeyAuthentication=no'];
  return ['ssh', '-F', '/dev/null', ...options.flatMap((option) => ['-o', quote(option)]), ...key].join(' ');
}

/** Checks the address, then runs `work` with all that Git needs to reach it. The key file lives only so long, 0600. */
export async function withTransport<T>(
  scratch: string,
  remote: Remote,
  work: (transport: Transport) => Promise<T>,
): Promise<T> {
  const { address } = remote;
  const { ips } = await guard(address, remote.trusted);
  if (address.protocol !== 'ssh') {
    const list = ips.map((ip) => (ip.includes(':') ? `[${ip}]` : ip)).join(',');
    const pin = `http.curloptResolve=${address.host}:${address.port}:${list}`;
    return work({ config: [pin], environment: {} });
  }
  const folder = join(scratch, 'ssh');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = remote.privateKey ? join(folder, `key-${randomUUID()}`) : undefined;
  try {
    if (key) await writeFile(key, remote.privateKey!, { mode: 0o600, flag: 'wx' });
    const command = sshCommand(address, ips[0]!, { key, knownHosts: join(folder, 'known_hosts') });
    return await work({ config: [], environment: { GIT_SSH_COMMAND: command, GIT_SSH_VARIANT: 'ssh' } });
  } finally {
    if (key) await rm(key, { force: true });
  }
}
