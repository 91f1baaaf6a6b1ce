/** What the services on the application host are told, and where their secrets are there. Pure. */
import type { ApiSettings, BootstrapSettings, SchedulerSettings } from '../../app/settings.ts';
import { outbound } from './cloud-config.ts';
import type { AppHostBoot, ClusterBoot, SecretEntry } from './contract.ts';

type Boot = AppHostBoot | ClusterBoot;

/** In memory, one folder for each service, which sees no other. Everything in it comes from the secret store. */
export const SECRETS = '/run/cove/secrets';
const secret = (service: string, name: string) => `${SECRETS}/${service}/${name}`;
const LOGIN = { api: 'cove_api', scheduler: 'cove_scheduler' } as const;
const VAULT = { database: 'vault', user: 'vault' };
export const SCRATCH = '/var/lib/cove/scratch';
const EXAMPLE = '/opt/cove/example.git';

export const FILES = {
  superuser: secret('bootstrap', 'database'),
  queueAdmin: secret('bootstrap', 'queue'),
  queue: (user: string) => secret('bootstrap', `queue-${user}`),
  recovery: secret('bootstrap', 'vault-recovery.json'),
  administrator: secret('bootstrap', 'administrator.json'),
  /** The environments that were taken over last. */
  environments: secret('bootstrap', 'environments.json'),
  appRole: {
    operator: secret('bootstrap', 'approle.json'),
    api: secret('api', 'approle.json'),
    scheduler: secret('scheduler', 'approle.json'),
  },
  vaultDatabase: secret('vault', 'database'),
  vaultSeal: secret('vault', 'seal'),
  /** Made of the password at every start, in the form PostgreSQL's clients read. */
  vaultPgpass: secret('vault', 'pgpass'),
  vaultAuthorities: secret('vault', 'database-ca.pem'),
  databaseAuthority: '/etc/cove/database-ca.pem',
  queueAuthority: '/etc/cove/queue-ca.pem',
  vaultAuthority: '/etc/cove/vault-ca.pem',
};

type Authority = AppHostBoot['database']['authority'];
function tls(authority: Authority, caFile: string) {
  if (authority === null) return { tls: false };
  if (authority === 'public') return { tls: true };
  return authority === 'aws-rds' ? { tls: true, authorities: authority } : { tls: true, caFile };
}

function vaultAddress({ vault }: Boot) {
  if (!vault) return { address: 'http://cove-vault:8200' };
  const caFile = typeof vault.authority === 'object' ? { caFile: FILES.vaultAuthority } : {};
  return { address: vault.address, ...caFile };
}

export function bootstrapSettings(args: Boot): BootstrapSettings {
  const { installation, database, queue, administrator, environments, secretStore } = args;
  return {
    role: 'bootstrap',
    installation,
    ...outbound(args),
    secretStore: {
      ...secretStore,
      entries: entries(args),
      ...('secret' in environments && {
        environments: { file: FILES.environments, secret: environments.secret },
      }),
    },
    database: {
      host: database.host,
      port: database.port,
      superuser: database.superuser,
      superuserPasswordFile: FILES.superuser,
      ...tls(database.authority, FILES.databaseAuthority),
      name: database.name ?? 'cove',
      vaultName: VAULT.database,
      vaultUser: VAULT.user,
      ...(args.secrets.vaultDatabase ? { vaultPasswordFile: FILES.vaultDatabase } : {}),
    },
    queue: {
      host: queue.host,
      port: queue.port,
      ...tls(queue.authority, FILES.queueAuthority),
      users: queueUsers(queue.users),
    },
    vault: {
      ...vaultAddress(args),
      recoveryFile: FILES.recovery,
      databaseAuthorityFile: FILES.vaultAuthorities,
      appRoleFiles: FILES.appRole,
    },
    administrator: { ...administrator, credentialFile: FILES.administrator },
    environments: 'secret' in environments ? [] : environments,
  };
}

function queueUsers(users: AppHostBoot['queue']['users']): BootstrapSettings['queue']['users'] {
  switch (users.kind) {
    case 'acl':
      return { kind: 'acl', adminUser: users.admin, adminPasswordFile: FILES.queueAdmin };
    case 'shared':
      return { kind: 'shared', passwordFile: FILES.queueAdmin };
    case 'managed': {
      const given = (user: string) => ({ user, passwordFile: FILES.queue(user) });
      const [api, scheduler] = [given(users.api.user), given(users.scheduler.user)];
      return { kind: 'managed', api, scheduler, environments: {} };
    }
  }
}

/** Which entry of the secret store lies in which file. */
function entries({ secrets, written, queue }: Boot) {
  const given: [string, SecretEntry | undefined][] = [
    [FILES.superuser, secrets.databaseSuperuser],
    [FILES.vaultSeal, secrets.vaultSeal],
    [FILES.vaultDatabase, secrets.vaultDatabase],
  ];
  const { users } = queue;
  if (users.kind === 'managed') {
    for (const { user, password } of [users.api, users.scheduler]) given.push([FILES.queue(user), password]);
  } else given.push([FILES.queueAdmin, users.password]);
  const own: [string, SecretEntry][] = [
    [FILES.recovery, written.vaultRecovery],
    [FILES.appRole.operator, written.approleOperator],
    [FILES.appRole.api, written.approleApi],
    [FILES.appRole.scheduler, written.approleScheduler],
    [FILES.administrator, written.administrator],
  ];
  return [
    ...given.flatMap(([file, entry]) => (entry ? [{ file, ...entry, written: false }] : [])),
    ...own.map(([file, entry]) => ({ file, ...entry, written: true })),
  ];
}

function shared(args: Boot, role: 'api' | 'scheduler') {
  const { database, queue, storage, installation } = args;
  const { users } = queue;
  const user = users.kind === 'managed' ? users[role].user : users.kind === 'shared' ? users.user : role;
  return {
    installation,
    ...outbound(args),
    vault: { ...vaultAddress(args), appRoleFile: FILES.appRole[role] },
    database: {
      host: database.host,
      port: database.port,
      name: database.name ?? 'cove',
      user: LOGIN[role],
      ...tls(database.authority, FILES.databaseAuthority),
    },
    queue: { host: queue.host, port: queue.port, user, ...tls(queue.authority, FILES.queueAuthority) },
    storage,
  };
}

export function apiSettings(args: Boot): ApiSettings {
  const { publicUrl, trustedGitUrls, trustedStoreHosts, trustedInputHosts, join, images, registry } = args;
  return {
    role: 'api',
    ...shared(args, 'api'),
    publicUrl,
    http: { host: '0.0.0.0', port: 8000 },
    scratch: SCRATCH,
    exampleRepository: EXAMPLE,
    ...(trustedGitUrls && { trustedGitUrls }),
    ...(trustedStoreHosts && { trustedStoreHosts }),
    ...(trustedInputHosts && { trustedInputHosts }),
    ...(join && { join: { withinMinutes: 60, ...join, image: images.platform, registry } }),
  };
}

export const schedulerSettings = (args: Boot): SchedulerSettings => ({
  role: 'scheduler',
  ...shared(args, 'scheduler'),
});

/** OpenBao's own settings: its storage is PostgreSQL, its seal a key that lies in the secret store (design 4). */
export function vaultSettings({ database }: Boot): object {
  const { host, port, authority } = database;
  const mode =
    authority === null ? 'sslmode=disable' : `sslmode=verify-full&sslrootcert=${FILES.vaultAuthorities}`;
  const url = `postgres://${VAULT.user}@${host}:${port}/${VAULT.database}?${mode}&passfile=${FILES.vaultPgpass}`;
  return {
    // While a host is replaced there are two for a moment: `ha_enabled` makes the second wait for the first to be gone.
    storage: {
      postgresql: { connection_url: url, max_parallel: '8', max_idle_connections: '2', ha_enabled: 'true' },
    },
    seal: { static: { current_key_id: '1', current_key: `file://${FILES.vaultSeal}` } },
    // Reached by the containers of this host alone: the port is not published.
    listener: [{ tcp: { address: '0.0.0.0:8200', tls_disable: true } }],
    api_addr: 'http://cove-vault:8200',
    cluster_addr: 'https://cove-vault:8201',
    ui: false,
    log_format: 'json',
  };
}
