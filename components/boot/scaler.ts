/** The first boot of a worker stack's scaler, as a cloud-init document: one container, and its token in memory. */
import type { ScalerSettings } from '../../app/settings.ts';
import { AUTHORITIES, dockerFiles, outbound, packagesFor, render, USER } from './cloud-config.ts';
import type { ScalerBoot } from './contract.ts';
import { commonUnit, containerUnits, identityOptions } from './units.ts';

const SECRETS = '/run/cove/secrets/scaler';
const TOKEN = `${SECRETS}/token`;

/** Pure. Throws where it is longer than clouds take. */
export function scalerDocument(args: ScalerBoot): string {
  const { image, registry, certificateAuthorities = [] } = args;
  const units = containerUnits({
    name: 'scaler',
    title: 'scaler',
    image,
    after: [],
    options: identityOptions(args.secretStore),
    mounts: [
      { path: '/etc/cove/scaler.json', at: '/etc/cove/settings.json' },
      { path: SECRETS, write: true },
      ...(certificateAuthorities.length > 0 ? [{ path: AUTHORITIES }] : []),
    ],
  });
  return render(args, {
    files: [
      ...dockerFiles(args, registry),
      { path: '/etc/tmpfiles.d/cove.conf', content: folders() },
      { path: '/etc/cove/scaler.json', content: JSON.stringify(scalerSettings(args)) },
      commonUnit(args),
      ...units,
    ],
    packages: packagesFor(registry),
    commands: [
      ['systemd-tmpfiles', '--create', '/etc/tmpfiles.d/cove.conf'],
      ['systemctl', 'daemon-reload'],
      // Docker reads authorities and proxy at its start.
      ['systemctl', 'restart', 'docker.service'],
      ['systemctl', 'enable', '--now', '--no-block', 'cove-scaler.service'],
    ],
  });
}

/** What the process is told; in a cluster it reads the same. */
export function scalerSettings(args: ScalerBoot): ScalerSettings {
  const { installation, apiUrl, groups, secretStore, token } = args;
  return {
    role: 'scaler',
    name: installation,
    ...outbound(args),
    apiUrl,
    tokenFile: TOKEN,
    secretStore: { ...secretStore, entries: [{ file: TOKEN, ...token, written: false }] },
    groups,
  };
}

/** In memory, for root and our user alone. */
const folders = (): string =>
  [
    'd /run/cove 0700 root root',
    `d /run/cove/secrets 0700 ${USER} ${USER}`,
    `d ${SECRETS} 0700 ${USER} ${USER}`,
    '',
  ].join('\n');
