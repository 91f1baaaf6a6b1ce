/** Systemd units that run our images. Pure. */
import { USER, type WrittenFile } from './cloud-config.ts';
import type { MachineBoot } from './contract.ts';

export interface ContainerUnit {
  /** Of unit and container: `cove-<name>`. */
  name: string;
  title: string;
  image: string;
  /** What must have ended or started before; it is not waited for success: a service tries again until it can go on. */
  after: string[];
  /** Runs to its end, until it succeeds; else it is kept running. */
  once?: boolean;
  /** By its timer alone (systemd's calendar); it runs to its end, and says nothing of how it started. */
  every?: string;
  /** Folders and files of the host, at the same path in the container. `write`: not read-only. */
  mounts: { path: string; at?: string; write?: boolean }[];
  /** Further arguments of `docker run`. */
  options?: string[];
  /** Arguments of the program in the image. */
  args?: string[];
  /** Lines of the unit's `[Service]`. */
  lines?: string[];
}

const DOCKER = '/usr/bin/docker';

/** What every unit named `cove-…` has in common: systemd reads it for all of them. */
export function commonUnit(machine: MachineBoot): WrittenFile {
  const run = [
    `--rm --init --read-only --tmpfs /tmp --user ${USER}:${USER} --cap-drop ALL --security-opt no-new-privileges`,
    ...logOptions(machine),
  ].join(' ');
  const content = `[Unit]
After=docker.service network-online.target
Wants=docker.service network-online.target
StartLimitIntervalSec=0
[Service]
Environment=DOCKER_CONFIG=/etc/cove/docker
Environment="RUN=${run}"
RestartSec=5
TimeoutStartSec=infinity
`;
  return { path: '/etc/systemd/system/cove-.service.d/cove.conf', content };
}

/** The unit, and its timer where it has one. */
export function containerUnits(unit: ContainerUnit): WrittenFile[] {
  const { name, title, image, after, every, mounts, options = [], args = [], lines = [] } = unit;
  const own = `cove-${name}`;
  const run = [
    `$RUN --name ${own}`,
    ...mounts.map(({ path, at = path, write }) => `--volume ${path}:${at}${write ? '' : ':ro'}`),
    ...options,
    image,
    ...args,
  ].join(' ');
  const service = `[Unit]
Description=Cove: ${title}
After=${after.map((one) => `cove-${one}.service`).join(' ')}
[Service]
${[...kindOf(unit), ...lines].join('\n')}
ExecStartPre=-/bin/sh -c '${DOCKER} rm --force ${own} 2>/dev/null'
ExecStart=${DOCKER} run ${run}
`;
  const timer = `[Unit]
Description=Cove: ${title}
[Timer]
OnCalendar=${every}
AccuracySec=1
`;
  const files = every === undefined ? { service } : { service, timer };
  const wanted = `[Install]\nWantedBy=${every === undefined ? 'multi-user' : 'timers'}.target\n`;
  return Object.entries(files).map(([kind, content]) => {
    const path = `/etc/systemd/system/${own}.${kind}`;
    return { path, content: path.endsWith(unitName(unit)) ? content + wanted : content };
  });
}

function kindOf({ name, once, every }: ContainerUnit): string[] {
  // What it says is kept; that it starts and ends is not worth a line.
  if (every !== undefined) return ['Type=oneshot', 'SyslogLevel=notice', 'LogLevelMax=notice'];
  if (once) return ['Type=oneshot', 'RemainAfterExit=yes', 'Restart=on-failure'];
  return ['Type=exec', 'Restart=always', `ExecStop=${DOCKER} stop --time 30 cove-${name}`];
}

/** What is enabled. */
export const unitName = ({ name, every }: Pick<ContainerUnit, 'name' | 'every'>): string =>
  `cove-${name}.${every === undefined ? 'service' : 'timer'}`;

function logOptions({ logs }: MachineBoot): string[] {
  if (!logs) return [];
  const { region, group } = logs;
  return [
    `--log-driver awslogs --log-opt awslogs-region=${region} --log-opt awslogs-group=${group}`,
    '--log-opt tag={{.Name}}',
  ];
}
