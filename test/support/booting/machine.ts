/** A machine of a cloud, as a container: systemd, Docker and cloud-init, which finds its document at the first boot. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST } from '../../setup/images.ts';
import { docker } from '../docker.ts';
import type { CloudNetwork } from './network.ts';

export interface Machine {
  address: string;
  /** Off and on again: only what is on its disk is left. */
  reboot(): Promise<void>;
  run(...command: string[]): Promise<string>;
  /** What to read where it does not come up. */
  story(): Promise<string>;
  close(): Promise<void>;
}

/** What containers are kept from and a machine is not. `--privileged` asks for more than some engines may give. */
export const RIGHTS = [
  ...['--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE', '--cgroupns=private'],
  ...['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'].flatMap((option) => [
    '--security-opt',
    option,
  ]),
  ...['--device-cgroup-rule', 'a *:* rwm'],
];
/** What a container has to do before systemd can. */
export const BEFORE_SYSTEMD = 'for at in /sys /sys/fs/cgroup/*; do mount -o remount,bind,rw $at; done';
const INIT = `${BEFORE_SYSTEMD}
ip route add 169.254.169.254/32 dev eth0
ip route del default
exec /sbin/init`;

export interface MachineArgs {
  network: CloudNetwork;
  name: string;
  userData: Buffer;
  metadata: RequestListener;
  /** Who is asked for names. @default the network */
  resolver?: string | undefined;
}

export async function bootMachine({
  network,
  name,
  userData,
  metadata,
  resolver,
}: MachineArgs): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'cove-machine-'));
  const file = (at: string, text: string | Buffer) => {
    writeFileSync(join(folder, at), text);
    return join(folder, at);
  };
  mkdirSync(join(folder, 'seed'));
  file('seed/user-data', userData);
  file('seed/meta-data', `instance-id: ${name}\nlocal-hostname: ${name}\n`);
  const configured = 'datasource_list: [NoCloud]\nnetwork: {config: disabled}\nlocale: false\n';
  const volumes = [
    '/var/lib/docker',
    `${file('resolv.conf', `nameserver ${resolver ?? network.address}\n`)}:/etc/resolv.conf:ro`,
    `${join(folder, 'seed')}:/var/lib/cloud/seed/nocloud:ro`,
    `${file('cloud.cfg', configured)}:/etc/cloud/cloud.cfg.d/99_test.cfg:ro`,
  ].flatMap((volume) => ['--volume', volume]);
  const where = ['--network', network.name, '--hostname', name, '--tmpfs', '/run', '--tmpfs', '/tmp'];
  const id = await docker('run', '--detach', ...where, ...RIGHTS, ...volumes, HOST, 'sh', '-c', INIT);
  const run = (...command: string[]) => docker('exec', id, ...command);
  const told = (...command: string[]) => run(...command).catch((error: Error) => error.message);
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  const address = await docker('inspect', '--format', format, id);
  await network.tell(address, metadata);
  return {
    address,
    async reboot() {
      await run('systemctl', 'reboot').catch(() => {});
      await docker('wait', id);
      await docker('start', id);
    },
    run,
    async story() {
      const parts = [
        await told('tail', '-n', '30', '/var/log/cloud-init-output.log'),
        await told('systemctl', '--no-pager', 'list-units', 'cove-*', 'docker*', 'cloud-*', '--all'),
        await told('journalctl', '--no-pager', '-o', 'cat', '-n', '120', '-u', 'cove-*', '-u', 'docker'),
      ];
      return parts.join('\n---\n');
    },
    async close() {
      await docker('rm', '--force', '--volumes', id);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
