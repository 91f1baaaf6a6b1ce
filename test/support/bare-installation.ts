/** The services of an installation before bootstrap: real, empty, and in a folder of their own. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBootstrap, type Step } from '../../app/bootstrap/main.ts';
import type { ApiSettings, BootstrapSettings, SchedulerSettings } from '../../app/settings.ts';
import { type PostgresServer, SUPERUSER, SUPERUSER_PASSWORD, startPostgres } from './postgres-server.ts';
import { freePort } from './process.ts';
import { ADMIN, ADMIN_PASSWORD, type RedisServer, startRedis } from './redis-server.ts';
import { type RealVaultOptions, startRealVault, type VaultServer } from './vault-server.ts';

const VAULT_PASSWORD = 'only-for-tests-vault';

export interface BareInstallation {
  folder: string;
  postgres: PostgresServer;
  redis: RedisServer;
  vault: VaultServer;
  settings: BootstrapSettings;
  settingsFile: string;
  /** What bootstrap said. */
  said: string[];
  bootstrap(only?: Step): Promise<void>;
  service<R extends 'api' | 'scheduler'>(role: R): R extends 'api' ? ApiSettings : SchedulerSettings;
  stop(): Promise<void>;
}

/** Starts PostgreSQL and Redis, runs step `database`, then starts Vault on it. */
export async function bareInstallation(
  options: RealVaultOptions & { durable?: boolean | 'disk'; postgresHome?: string | undefined } = {},
): Promise<BareInstallation> {
  const folder = await mkdtemp(join(tmpdir(), 'cove test '));
  const key = (name: string) => join(folder, 'keys', name);
  for (const name of ['keys', 'postgres', 'redis', 'vault']) await mkdir(join(folder, name), { mode: 0o700 });
  const [postgres, redis] = await Promise.all([
    startPostgres(join(folder, 'postgres'), {
      template: false,
      durable: options.durable ?? false,
      home: options.postgresHome,
    }),
    startRedis(join(folder, 'redis')),
  ]);
  await writeFile(key('postgres.superuser'), `${SUPERUSER_PASSWORD}\n`, { mode: 0o600 });
  await writeFile(key('vault.database'), `${VAULT_PASSWORD}\n`, { mode: 0o600 });
  await writeFile(key('redis.admin'), `${ADMIN_PASSWORD}\n`, { mode: 0o600 });

  const settings: BootstrapSettings = {
    role: 'bootstrap',
    installation: 'test',
    database: {
      ...postgres.address,
      superuser: SUPERUSER,
      superuserPasswordFile: key('postgres.superuser'),
      tls: false,
      name: 'cove',
      vaultName: 'vault',
      vaultUser: 'vault',
      vaultPasswordFile: key('vault.database'),
    },
    queue: {
      ...redis.address,
      users: { kind: 'acl', adminUser: ADMIN, adminPasswordFile: key('redis.admin') },
      tls: false,
    },
    vault: {
      address: 'http://127.0.0.1:1',
      recoveryFile: key('vault-recovery.json'),
      pidFile: join(folder, 'vault', 'vault.pid'),
      appRoleFiles: {
        operator: key('approle-operator.json'),
        api: key('approle-api.json'),
        scheduler: key('approle-scheduler.json'),
      },
    },
    administrator: { username: 'admin', email: 'admin@cove.example', organization: 'cove' },
    environments: [
      {
        slug: 'local',
        name: 'This machine',
        description: '',
        executor: 'docker',
        gpuSpec: '',
        workers: [{ name: 'one', tokenFile: key('worker-one.token') }],
      },
    ],
  };
  const said: string[] = [];
  const bootstrap = (only?: Step) => runBootstrap(settings, { only, log: (message) => said.push(message) });
  await bootstrap('database');
  const { host, port } = postgres.address;
  const url = `postgres://vault:${VAULT_PASSWORD}@${host}:${port}/vault?sslmode=disable`;
  const vault = await startRealVault(join(folder, 'vault'), url, options);
  settings.vault.address = vault.address.address;
  const settingsFile = join(folder, 'bootstrap.json');
  await writeFile(settingsFile, JSON.stringify(settings));

  const http = { host: '127.0.0.1', port: await freePort() };
  const service = (role: 'api' | 'scheduler') => ({
    role,
    installation: 'test',
    vault: { address: settings.vault.address, appRoleFile: settings.vault.appRoleFiles[role] },
    database: { ...postgres.address, name: 'cove', user: `cove_${role}`, tls: false },
    queue: { ...redis.address, user: role, tls: false },
    storage: { kind: 'fs', folder: join(folder, 'store') },
    ...(role === 'api' && {
      publicUrl: 'http://127.0.0.1',
      http,
      scratch: join(folder, 'scratch'),
      // Registries of tests listen here.
      trustedInputHosts: ['127.0.0.1'],
    }),
  });
  return {
    folder,
    postgres,
    redis,
    vault,
    settings,
    settingsFile,
    said,
    bootstrap,
    service: service as BareInstallation['service'],
    async stop() {
      await vault.stop('SIGKILL');
      await Promise.all([postgres.stop(), redis.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
