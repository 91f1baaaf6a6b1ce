/** The first boot of the application host, as a cloud-init document: units that run the images, and their settings. */
import { AUTHORITIES, dockerFiles, packagesFor, render, USER, type WrittenFile } from './cloud-config.ts';
import type { AppHostBoot } from './contract.ts';
import { REQUESTS_UNIT, requestFiles } from './requests.ts';
import {
  apiSettings,
  bootstrapSettings,
  FILES,
  SCRATCH,
  SECRETS,
  schedulerSettings,
  vaultSettings,
} from './settings.ts';
import { type ContainerUnit, commonUnit, containerUnits, enabledName, identityOptions } from './units.ts';

/** Pure. Throws where it is longer than clouds take. */
export function appHostDocument(args: AppHostBoot): string {
  const units = unitsOf(args);
  const takesRequests = args.secretStore.kind === 'gcp';
  const settings = {
    bootstrap: bootstrapSettings(args),
    api: apiSettings(args),
    scheduler: schedulerSettings(args),
  };
  const files: WrittenFile[] = [
    ...dockerFiles(args, args.registry),
    ...authorityFiles(args),
    { path: '/etc/tmpfiles.d/cove.conf', content: folders() },
    ...Object.entries(settings).map(([name, value]) => ({
      path: `/etc/cove/${name}.json`,
      content: JSON.stringify(value),
    })),
    ...(args.images.vault === null
      ? []
      : [{ path: '/etc/cove/vault.json', content: JSON.stringify(vaultSettings(args)) }]),
    commonUnit(args),
    ...units.flatMap(containerUnits),
    ...(takesRequests ? requestFiles() : []),
  ];
  return render(args, {
    files,
    packages: packagesFor(args.registry),
    commands: [
      ['systemd-tmpfiles', '--create', '/etc/tmpfiles.d/cove.conf'],
      ['systemctl', 'daemon-reload'],
      // Docker reads authorities and proxy at its start.
      ['systemctl', 'restart', 'docker.service'],
      ['sh', '-c', 'docker network inspect cove || docker network create cove'],
      [
        'systemctl',
        'enable',
        '--now',
        '--no-block',
        ...units.flatMap((unit) => enabledName(unit) ?? []),
        ...(takesRequests ? [REQUESTS_UNIT] : []),
      ],
    ],
  });
}

/** Secrets in memory, for root and our user alone. */
function folders(): string {
  const lines = [
    'd /run/cove 0700 root root',
    `d ${SECRETS} 0700 ${USER} ${USER}`,
    ...['bootstrap', 'vault', 'api', 'scheduler'].map((name) => `d ${SECRETS}/${name} 0700 ${USER} ${USER}`),
    `d /var/lib/cove 0755 root root`,
    `d ${SCRATCH} 0700 ${USER} ${USER}`,
  ];
  return `${lines.join('\n')}\n`;
}

function authorityFiles({ database, queue, vault }: AppHostBoot): WrittenFile[] {
  const given = [
    [FILES.databaseAuthority, database.authority],
    [FILES.queueAuthority, queue.authority],
    [FILES.vaultAuthority, vault?.authority],
  ] as const;
  return given.flatMap(([path, authority]) =>
    authority && typeof authority === 'object' ? [{ path, content: authority.pem }] : [],
  );
}

/** In the order in which each makes the next one possible: databases, Vault, all the rest, then the services. */
function unitsOf(args: AppHostBoot): ContainerUnit[] {
  const { images, certificateAuthorities = [] } = args;
  const authorities = [
    ...(certificateAuthorities.length > 0 ? [AUTHORITIES] : []),
    ...authorityFiles(args).map(({ path }) => path),
  ];
  const network = ['--network cove', ...identityOptions(args.secretStore)];
  const common = (name: string) => ({
    name,
    image: images.platform,
    options: network,
    mounts: authorities.map((path) => ({ path })),
  });
  const settings = (role: string) => ({ path: `/etc/cove/${role}.json`, at: '/etc/cove/settings.json' });
  const bootstrap = (name: string): Omit<ContainerUnit, 'title' | 'after'> => {
    const base = common(name);
    const mounts = [...base.mounts, settings('bootstrap'), { path: SECRETS, write: true }];
    return { ...base, mounts };
  };
  const service = (role: 'api' | 'scheduler'): Omit<ContainerUnit, 'title'> => {
    const base = common(role);
    const mounts = [...base.mounts, settings(role), { path: `${SECRETS}/${role}` }];
    return { ...base, mounts, after: ['bootstrap'] };
  };
  const ownVault: ContainerUnit[] =
    images.vault === null
      ? []
      : [
          {
            ...common('vault'),
            title: 'Vault',
            image: images.vault,
            after: ['databases'],
            mounts: [{ path: '/etc/cove/vault.json' }, { path: `${SECRETS}/vault` }],
            lines: [
              `ExecStartPre=/bin/sh -c 'umask 077; printf "*:*:*:*:%%s\\n" "$(cat ${FILES.vaultDatabase})" >${FILES.vaultPgpass} && chown ${USER} ${FILES.vaultPgpass}'`,
            ],
          },
        ];
  // After its failure a Vault is started anew: one that was emptied forgets only so that it was initialised.
  const mend =
    images.vault === null
      ? []
      : [`ExecStopPost=/bin/sh -c '[ "$SERVICE_RESULT" = success ] || systemctl restart cove-vault'`];
  return [
    { ...bootstrap('databases'), title: 'databases', runs: 'once', after: [], args: ['--only', 'database'] },
    ...ownVault,
    {
      ...bootstrap('bootstrap'),
      title: 'bootstrap',
      runs: 'once',
      after: ['databases', ...ownVault.map(({ name }) => name)],
      lines: mend,
    },
    {
      ...service('api'),
      title: 'API',
      options: [...network, '--publish 8000:8000'],
      mounts: [...service('api').mounts, { path: SCRATCH, write: true }],
    },
    { ...service('scheduler'), title: 'scheduler' },
    {
      ...bootstrap('environments'),
      title: 'environments of the config',
      runs: { every: 'minutely' },
      after: ['bootstrap'],
      args: ['--only', 'environments'],
    },
    // `cove password --reset` starts it, through the cloud's run-command service or `requests.ts`: the bootstrap alone may write users and their entry.
    {
      ...bootstrap('password'),
      title: 'another password for the administrator',
      runs: 'by hand',
      after: ['bootstrap'],
      args: ['--only', 'password'],
    },
  ];
}
