/**
 * The supervisor as one systemd unit, so that a boot brings the installation back: a system unit for root, a user unit
 * for anybody else.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { supervisorCommand } from './daemon.ts';

const run = promisify(execFile);

/** Whether systemd manages this machine, and a manager answers that this user may use. */
export async function systemdRuns(): Promise<boolean> {
  if (!existsSync('/run/systemd/system')) return false;
  return systemctl('show-environment').then(
    () => true,
    () => false,
  );
}

/** The name tells installations of the same name in different folders apart. */
export function unitName(folder: string, home = homedir()): string {
  const name = basename(folder);
  if (folder === join(home, '.cove', name)) return `cove-${name}.service`;
  return `cove-${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}.service`;
}

/** The unit file. `KillMode=process`: services survive a supervisor that was killed, and are found again. */
export function unitText(folder: string, { asRoot, path }: { asRoot: boolean; path: string }): string {
  const command = supervisorCommand(folder).map(argument).join(' ');
  return `[Unit]
Description=Cove installation ${basename(folder)}
After=network.target${asRoot ? ' docker.service' : ''}

[Service]
ExecStart=${command}
WorkingDirectory=${folder.replaceAll('%', '%%')}
Environment=${quote(`PATH=${path}`)}
UMask=0077
KillMode=process
TimeoutStopSec=120
Restart=always
RestartSec=1

[Install]
WantedBy=${asRoot ? 'multi-user.target' : 'default.target'}
`;
}

const quote = (text: string) =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
/** In a command line `$` would name a variable; in `Environment=` it does not. */
const argument = (text: string) => quote(text).replaceAll('$', '$$$$');
const isRoot = () => process.getuid?.() === 0;
const unitFolder = () => (isRoot() ? '/etc/systemd/system' : join(homedir(), '.config', 'systemd', 'user'));
const systemctl = (...args: string[]) => run('systemctl', [...(isRoot() ? [] : ['--user']), ...args]);

/** Writes the unit and starts it, now and at every boot. */
export async function installUnit(folder: string): Promise<void> {
  await mkdir(unitFolder(), { recursive: true });
  const text = unitText(folder, { asRoot: isRoot(), path: process.env.PATH ?? '/usr/bin:/bin' });
  await writeFile(join(unitFolder(), unitName(folder)), text);
  await systemctl('daemon-reload');
  // A user's units run without a login only if systemd lingers for that user; not every system allows asking for it.
  if (!isRoot()) await run('loginctl', ['enable-linger']).catch(() => {});
  await systemctl('enable', unitName(folder));
  await systemctl('start', unitName(folder));
}

/**
 * What brings the installation back when the machine restarts: its unit, at boot; its unit, but only when this user signs
 * in, because systemd does not linger for that user; or nothing but `cove up`.
 */
export async function returnsAt(): Promise<'boot' | 'login' | 'up'> {
  if (!(await systemdRuns())) return 'up';
  return isRoot() || existsSync(join('/var/lib/systemd/linger', userInfo().username)) ? 'boot' : 'login';
}

/** Stops the unit and takes it away. */
export async function removeUnit(folder: string): Promise<void> {
  await systemctl('disable', '--now', unitName(folder)).catch(() => {});
  await rm(join(unitFolder(), unitName(folder)), { force: true });
  await systemctl('daemon-reload');
}
