/** Systemd units that run our images. Pure. */
import { USER, type WrittenFile } from './cloud-config.ts';
import type { MachineBoot, SecretStoreKind } from './contract.ts';

export interface ContainerUnit {
  /** Of unit and container: `cove-<name>`. */
  name: string;
  title: string;
  image: string;
  /** What must have ended or started before; it is not waited for success: a service tries again until it can go on. */
  after: string[];
  /**
   * `once`: at each start of the machine, until it succeeds. `by hand`: when somebody starts it. `every`: at these times of
   * systemd's calendar, without a word of its start and end.
   * @default 'always'
   */
  runs?: 'always' | 'once' | 'by hand' | { every: string };
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

/** A company's rules may give a machine of Azure further identities; then who asks has to name its own. */
export const identityOptions = (secretStore: SecretStoreKind): string[] =>
  secretStore.kind === 'azure' && secretStore.clientId !== undefined
    ? [`--env AZURE_CLIENT_ID=${secretStore.clientId}`]
    : [];

/** The unit, and its timer where it has one. */
export function containerUnits(unit: ContainerUnit): WrittenFile[] {
  const { name, title, image, after, runs, mounts, options = [], args = [], lines = [] } = unit;
  const own = `cove-${name}`;
  const run = [
    `$RUN --name ${own}`,
    ...mounts.map(({ path, at = path, write }) => `--volume ${path}:${at}${write ? '' : ':ro'}`),
    ...options,
    image,
    ...args,
  ].join(' ');
  const started = enabledName(unit);
  const install = (file: string, target: string) =>
    started === file ? `[Install]\nWantedBy=${target}.target\n` : '';
  const service = `[Unit]
Description=Cove: ${title}
After=${after.map((one) => `cove-${one}.service`).join(' ')}
[Service]
SyslogIdentifier=${own}
${[...kindOf(unit), ...lines].join('\n')}
ExecStartPre=-/bin/sh -c '${DOCKER} rm --force ${own} 2>/dev/null'
ExecStart=${DOCKER} run ${run}
${install(`${own}.service`, 'multi-user')}`;
  const at = `/etc/systemd/system/${own}`;
  if (typeof runs !== 'object') return [{ path: `${at}.service`, content: service }];
  const timer = `[Unit]
Description=Cove: ${title}
[Timer]
OnCalendar=${runs.every}
AccuracySec=1
${install(`${own}.timer`, 'timers')}`;
  return [
    { path: `${at}.service`, content: service },
    { path: `${at}.timer`, content: timer },
  ];
}

function kindOf({ name, runs = 'always' }: ContainerUnit): string[] {
  if (runs === 'always')
    return ['Type=exec', 'Restart=always', `ExecStop=${DOCKER} stop --time 30 cove-${name}`];
  if (runs === 'once') return ['Type=oneshot', 'RemainAfterExit=yes', 'Restart=on-failure'];
  // What it says is kept; that it starts and ends is not worth a line.
  return ['Type=oneshot', ...(runs === 'by hand' ? [] : ['SyslogLevel=notice', 'LogLevelMax=notice'])];
}

/** What systemd starts by itself; undefined where nothing is. */
export function enabledName({ name, runs }: Pick<ContainerUnit, 'name' | 'runs'>): string | undefined {
  if (runs === 'by hand') return undefined;
  return `cove-${name}.${typeof runs === 'object' ? 'timer' : 'service'}`;
}

function logOptions({ logs }: MachineBoot): string[] {
  if (!logs) return [];
  if (logs.kind === 'gcp')
    return [`--log-driver gcplogs --log-opt gcp-project=${logs.project}`, '--log-opt tag={{.Name}}'];
  const { region, group } = logs;
  return [
    `--log-driver awslogs --log-opt awslogs-region=${region} --log-opt awslogs-group=${group}`,
    '--log-opt tag={{.Name}}',
  ];
}
