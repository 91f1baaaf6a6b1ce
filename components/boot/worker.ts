/** The first boot of a worker, as a cloud-init document: it joins once by its cloud's proof, then runs the agent. */
import type { WorkerSettings } from '../../app/settings.ts';
import { AUTHORITIES, dockerFiles, outbound, render, USER, type WrittenFile } from './cloud-config.ts';
import type { WorkerBoot } from './contract.ts';
import { joinScript } from './join-script.ts';
import { commonUnit, containerUnits } from './units.ts';

/** Must be `PROTOCOL_VERSION` of app/protocol, which is not ours to import; a test holds them together. */
export const PROTOCOL = 1;
const HOME = '/var/lib/cove';
/** What an agent may still do after `docker stop`: its own grace is 30 s. */
const STOP_SECONDS = 45;

/** Pure. Throws where it is longer than clouds take. */
export function workerDocument(args: WorkerBoot): string {
  const { certificateAuthorities = [], mounts = [] } = args;
  // Name and instance are filled in by the join.
  const settings: WorkerSettings = {
    role: 'worker',
    name: '',
    ...outbound(args),
    apiUrl: args.apiUrl,
    tokenFile: `${HOME}/secrets/token`,
    folder: `${HOME}/jobs`,
    executors: ['docker'],
    slots: args.slots ?? 1,
    dockerSocket: '/var/run/docker.sock',
    ...(mounts.length > 0 && { mounts: mounts.map(({ target }) => ({ source: target, readOnly: false })) }),
    relay: args.relay ?? false,
    ...(args.doorPorts !== undefined && { doorPorts: args.doorPorts }),
    machine: {
      cloud: args.proof.kind,
      instanceId: '',
      spot: args.spot ?? false,
    },
  };
  const units: WrittenFile[] = [
    { path: '/etc/systemd/system/cove-join.service', content: joinUnit() },
    ...(args.jobsHaveIdentity
      ? []
      : [{ path: '/etc/systemd/system/cove-metadata.service', content: metadataUnit() }]),
    ...agentUnit(args, certificateAuthorities.length > 0),
  ];
  const names = units.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return render(args, {
    files: [
      ...dockerFiles(args, { kind: 'none' }),
      { path: `${HOME}/worker.template.json`, content: JSON.stringify(settings) },
      { path: '/usr/local/lib/cove/join', content: joinScript(args, PROTOCOL), permissions: '0755' },
      commonUnit(args),
      ...units,
    ],
    packages: ['docker.io'],
    commands: [
      // Amazon's machine image is the one for its own container service: nobody here needs that agent.
      ...(args.proof.kind === 'aws'
        ? [['sh', '-c', 'systemctl disable --now ecs.service 2>/dev/null || true']]
        : []),
      ['install', '-d', '-m', '0700', '-o', USER, '-g', USER, `${HOME}/secrets`, `${HOME}/jobs`],
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'restart', 'docker.service'],
      ['systemctl', 'enable', '--now', '--no-block', ...names],
    ],
  });
}

function joinUnit(): string {
  return `[Unit]
Description=Cove: join the installation

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/cove/join
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;
}

/** Docker empties its own chain at a start, so this follows it. On Google that address is also who answers for names. */
function metadataUnit(): string {
  const rule = 'DOCKER-USER --destination 169.254.169.254 --protocol tcp ! --dport 53 --jump REJECT';
  return `[Unit]
Description=Cove: no metadata service for jobs
After=docker.service
PartOf=docker.service
Before=cove-worker.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'iptables --check ${rule} 2>/dev/null || iptables --insert ${rule}'

[Install]
WantedBy=multi-user.target docker.service
`;
}

function agentUnit(args: WorkerBoot, trusts: boolean): WrittenFile[] {
  return containerUnits({
    name: 'worker',
    title: 'worker',
    // Filled in by systemd, from what the join wrote.
    image: '$IMAGE',
    after: ['join', ...(args.jobsHaveIdentity ? [] : ['metadata'])],
    mounts: [
      { path: `${HOME}/worker.json`, at: '/etc/cove/settings.json' },
      { path: `${HOME}/secrets` },
      { path: `${HOME}/jobs`, write: true },
      { path: '/var/run/docker.sock', write: true },
      ...(trusts ? [{ path: AUTHORITIES }] : []),
    ],
    // The machine's own network: the rule that keeps jobs from the metadata service holds for bridges.
    options: ['--group-add $DOCKER_GROUP', '--network host', '$DOCKER_GPUS'],
    lines: [
      `EnvironmentFile=-${HOME}/image`,
      'EnvironmentFile=-/run/cove-docker-group',
      `TimeoutStopSec=${STOP_SECONDS}`,
      `ExecStartPre=/bin/sh -c 'echo DOCKER_GROUP=$(stat -c %%g /var/run/docker.sock) >/run/cove-docker-group'`,
      // With driver and toolkit the agent gets to see the GPUs: it finds out which there are, and deals them out to jobs.
      `ExecStartPre=/bin/sh -c 'command -v nvidia-smi && command -v nvidia-container-cli && echo DOCKER_GPUS=--gpus=all >>/run/cove-docker-group; true'`,
    ],
  });
}
