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

export function containerUnit(unit: ContainerUnit): WrittenFile {
  const { name, title, image, after, once = false, mounts, options = [], args = [], lines = [] } = unit;
  const own = `cove-${name}`;
  const run = [
    `$RUN --name ${own}`,
    ...mounts.map(({ path, at = path, write }) => `--volume ${path}:${at}${write ? '' : ':ro'}`),
    ...options,
    image,
    ...args,
  ].join(' ');
  const service = [
    ...(once
      ? ['Type=oneshot', 'RemainAfterExit=yes', 'Restart=on-failure']
      : ['Type=exec', 'Restart=always']),
    ...lines,
    `ExecStartPre=-${DOCKER} rm --force ${own}`,
    `ExecStart=${DOCKER} run ${run}`,
    ...(once ? [] : [`ExecStop=${DOCKER} stop --time 30 ${own}`]),
  ];
  const content = `[Unit]
Description=Cove: ${title}
After=${after.map((one) => `cove-${one}.service`).join(' ')}
[Service]
${service.join('\n')}
[Install]
WantedBy=multi-user.target
`;
  return { path: `/etc/systemd/system/${own}.service`, content };
}

function logOptions({ logs }: MachineBoot): string[] {
  if (!logs) return [];
  const { region, group } = logs;
  return [
    `--log-driver awslogs --log-opt awslogs-region=${region} --log-opt awslogs-group=${group}`,
    '--log-opt tag={{.Name}}',
  ];
}
