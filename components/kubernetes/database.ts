/**
 * PostgreSQL: the truth of the installation, and Vault's storage. In the cluster, with TLS forced and a dump every night;
 * or one that is there already.
 */
import * as pulumi from '@pulumi/pulumi';
import { sizeOf } from '../../config/checks/kubernetes-sizes.ts';
import type { DatabaseParts } from '../contract.ts';
import { authorityOf } from './authorities.ts';
import { Backup } from './database/backup.ts';
import { restoreScript } from './database/dump-script.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import type { Registry } from './registry.ts';
import { type Entry, givenEntry, KEY, passwordEntry } from './secret.ts';
import { guarded, inside, type Site } from './site.ts';
import { SECRETS, stateful, TLS } from './stateful.ts';

export interface DatabaseArgs {
  site: Site;
  network: Network;
  identity: Identity;
  registry: Registry;
}

const SUPERUSER = 'cove_admin';
const DATA = '/var/lib/postgresql/data';
const PASSWORD_FILE = `${SECRETS}/database/${KEY}`;

/** Nobody without TLS and a password. Slow statements are told; never the text of one that failed, which may hold a password. */
export const postgresSettings = (memoryGb: number): Record<string, string> => ({
  'postgresql.conf': [
    "listen_addresses = '*'",
    'ssl = on',
    `ssl_cert_file = '${TLS.certificate}'`,
    `ssl_key_file = '${TLS.key}'`,
    "ssl_min_protocol_version = 'TLSv1.2'",
    "hba_file = '/etc/cove/pg_hba.conf'",
    'password_encryption = scram-sha-256',
    `shared_buffers = ${Math.max(128, Math.round((memoryGb * 1024) / 4))}MB`,
    'max_connections = 200',
    'log_min_duration_statement = 500',
    'log_min_error_statement = panic',
    '',
  ].join('\n'),
  'pg_hba.conf': ['local all all scram-sha-256', 'hostssl all all all scram-sha-256', ''].join('\n'),
});

export class Database extends pulumi.ComponentResource {
  readonly parts: DatabaseParts;
  readonly password: Entry;
  /** Accepts connections once these are there. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: DatabaseArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:Database', name, {}, options);
    const { site, network, identity, registry } = args;
    const { database } = site.config;
    if (database.kind === 'existing') {
      this.password = givenEntry(database.passwordSecret, 'password');
      this.ready = [];
      this.parts = {
        host: pulumi.output(database.host),
        port: pulumi.output(database.port),
        generation: pulumi.output(database.host),
        superuser: pulumi.output(database.superuser),
        superuserPassword: this.password.secret,
        tls: true,
        authority: authorityOf(database.certificateAuthority),
      };
    } else {
      const within = { parent: this, dependsOn: network.ready };
      this.password = passwordEntry(
        'database',
        { site, component: 'database' },
        { ...within, ...guarded(site, 'database') },
        (password) => ({ pgpass: `*:*:*:*:${password}\n` }),
      );
      const size = sizeOf(site.config, 'database');
      const made = stateful(
        'database',
        {
          site,
          identity,
          registry,
          image: database.image,
          size,
          storageClass: database.storageClass,
          port: 5432,
          settings: {
            ...postgresSettings(size.memoryGb),
            'restore.sh': restoreScript(SUPERUSER, PASSWORD_FILE),
          },
          dataPath: DATA,
          scratch: ['/var/run/postgresql', '/tmp'],
          password: this.password,
          args: ['postgres', '-c', 'config_file=/etc/cove/postgresql.conf'],
          env: [
            { name: 'POSTGRES_USER', value: SUPERUSER },
            { name: 'POSTGRES_PASSWORD_FILE', value: PASSWORD_FILE },
            { name: 'PGDATA', value: `${DATA}/pgdata` },
          ],
          probe: ['pg_isready', '--username', SUPERUSER],
        },
        within,
      );
      this.ready = [made.pods, made.service];
      this.parts = {
        host: pulumi.output(inside(site, 'database')),
        port: pulumi.output(5432),
        generation: made.volume.metadata.uid,
        superuser: pulumi.output(SUPERUSER),
        superuserPassword: this.password.secret,
        tls: true,
        authority: identity.authority.pem,
      };
      new Backup(
        'backup',
        {
          site,
          identity,
          registry,
          image: database.image,
          size,
          password: this.password,
          database: this.parts,
        },
        { parent: this, dependsOn: network.ready },
      );
    }
    this.registerOutputs({ host: this.parts.host, port: this.parts.port });
  }
}
