/** PostgreSQL, as npm carries it: the truth of the installation, and Vault's storage. */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { Address, DatabaseParts } from '../contract.ts';
import { asOrdinaryUser } from '../provider/unprivileged.ts';
import type { Secret } from './identity.ts';
import type { Machine } from './machine.ts';
import { programPath } from './programs.ts';
import { File, PostgresCluster, Service } from './resources.ts';
import type { Site } from './site.ts';

const SUPERUSER = 'postgres';

/** `postgresql.conf`: small, for it shares the machine with the jobs. Pure. */
export function postgresSettings(host: string, port: number): string {
  const settings: Record<string, string | number> = {
    listen_addresses: `'${host}'`,
    port,
    unix_socket_directories: "''",
    max_connections: 80,
    shared_buffers: '48MB',
    work_mem: '4MB',
    maintenance_work_mem: '32MB',
    max_wal_size: '512MB',
    // Processes that would only wait.
    io_method: 'sync',
    autovacuum_max_workers: 1,
    autovacuum_worker_slots: 4,
    max_worker_processes: 2,
    max_logical_replication_workers: 0,
    max_wal_senders: 2,
    jit: 'off',
    huge_pages: 'off',
    // A statement that failed may hold a password.
    log_min_error_statement: 'panic',
    log_timezone: "'UTC'",
    timezone: "'UTC'",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** A client's first words; a server that is ready asks for its password (`R`), one that recovers refuses (`E`). */
export function startupPacket(): string {
  const body = Buffer.from(`\0\x03\0\0user\0${SUPERUSER}\0database\0postgres\0\0`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([length, body]).toString('base64');
}

export interface DatabaseArgs {
  site: Site;
  machine: Machine;
  address: Address;
  superuser: Secret;
}

export class Database extends pulumi.ComponentResource {
  readonly parts: DatabaseParts;
  readonly service: Service;

  constructor(name: string, args: DatabaseArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:Database', name, {}, options);
    const { site, machine, address, superuser } = args;
    const programs = pulumi.output(programPath('postgres'));
    const cluster = new PostgresCluster(
      'postgres-data',
      {
        folder: join(site.places.data, 'postgres'),
        programs,
        superuser: SUPERUSER,
        superuserPasswordFile: superuser.file,
        passwordMade: superuser.made,
        installation: site.places.folder,
        service: 'postgres',
      },
      { parent: this, dependsOn: machine },
    );
    const settings = new File(
      'postgresql.conf',
      {
        path: join(site.places.settings, 'postgresql.conf'),
        content: pulumi
          .all([address.host, address.port])
          .apply(([host, port]) => postgresSettings(host, port)),
      },
      { parent: this, dependsOn: machine },
    );
    const command = pulumi
      .all([programs, cluster.folder, settings.path])
      .apply(([folder, data, file]) =>
        asOrdinaryUser([join(folder, 'bin', 'postgres'), '-D', data, `--config-file=${file}`]),
      );
    this.service = new Service(
      'postgres',
      {
        installation: site.places.folder,
        name: 'postgres',
        command: command.apply(([program]) => program),
        args: command.apply(([, ...rest]) => rest),
        rank: 10,
        // Fast: without waiting for clients to leave.
        stopSignal: 'SIGINT',
        stopSeconds: 60,
        startSeconds: 120,
        probe: { kind: 'talk', host: address.host, port: address.port, send: startupPacket(), expect: '^R' },
        staleFiles: [join(site.places.data, 'postgres', 'postmaster.pid')],
        watch: { settings: settings.sha256, data: cluster.made },
      },
      { parent: this, dependsOn: machine },
    );
    this.parts = {
      ...address,
      generation: cluster.made,
      superuser: pulumi.output(SUPERUSER),
      superuserPassword: superuser.file,
      tls: false,
    };
    this.registerOutputs({ generation: cluster.made });
  }
}
