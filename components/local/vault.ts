/** Vault (OpenBao): every secret that services share. It stores itself in PostgreSQL; its seal is a key file. */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { Address, DatabaseParts, VaultParts } from '../contract.ts';
import type { Identity } from './identity.ts';
import type { Machine } from './machine.ts';
import { programPath } from './programs.ts';
import { File, Service } from './resources.ts';
import type { Site } from './site.ts';

/** Its own database and role, made by the bootstrap. */
export const VAULT_DATABASE = { name: 'vault', user: 'vault' };

/** Where it writes its pid: a bootstrap that lost its very first answer has it started anew. */
export const vaultPidFile = (folder: string) => join(folder, 'supervisor', 'vault.pid');

export interface VaultFacts {
  database: { host: string; port: number };
  databasePasswordFile: string;
  sealFile: string;
  listen: string;
  pidFile: string;
}

/** OpenBao's settings; the password is filled in when the file is written. Pure. */
export function vaultSettings({
  database,
  databasePasswordFile,
  sealFile,
  listen,
  pidFile,
}: VaultFacts): string {
  const { name, user } = VAULT_DATABASE;
  const password = `\${file:${databasePasswordFile}}`;
  const settings = {
    storage: {
      postgresql: {
        connection_url: `postgres://${user}:${password}@${database.host}:${database.port}/${name}?sslmode=disable`,
        // Its default would ask for more connections than the database has.
        max_parallel: '8',
        max_idle_connections: '2',
      },
    },
    seal: { static: { current_key_id: '1', current_key: `file://${sealFile}` } },
    listener: [{ tcp: { address: listen, tls_disable: true } }],
    api_addr: `http://${listen}`,
    pid_file: pidFile,
    ui: false,
    log_format: 'json',
  };
  return `${JSON.stringify(settings, null, 2)}\n`;
}

export interface VaultArgs {
  site: Site;
  machine: Machine;
  address: Address;
  identity: Identity;
  database: DatabaseParts;
  /** What made its database. */
  after: pulumi.Resource;
}

export class Vault extends pulumi.ComponentResource {
  readonly parts: VaultParts;
  readonly service: Service;

  constructor(name: string, args: VaultArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:Vault', name, {}, options);
    const { site, machine, identity, database, after } = args;
    const listen = pulumi.interpolate`${args.address.host}:${args.address.port}`;
    const content = pulumi
      .all([database.host, database.port, identity.vaultDatabase.file, identity.vaultSeal.file, listen])
      .apply(([host, port, databasePasswordFile, sealFile, listener]) =>
        vaultSettings({
          database: { host, port },
          databasePasswordFile,
          sealFile,
          listen: listener,
          pidFile: vaultPidFile(site.places.folder),
        }),
      );
    const settings = new File(
      'vault.json',
      {
        path: join(site.places.settings, 'vault.json'),
        content,
        triggers: [identity.vaultDatabase.made],
      },
      { parent: this, dependsOn: machine },
    );
    const address = pulumi.interpolate`http://${listen}`;
    this.service = new Service(
      'vault',
      {
        installation: site.places.folder,
        name: 'vault',
        command: programPath('bao'),
        args: ['server', '-config', settings.path],
        // A garbage collector that keeps the heap small.
        environment: { GOGC: '50', GOMEMLIMIT: '96MiB' },
        rank: 20,
        startSeconds: 60,
        // 501: not initialised yet, which is the bootstrap's work.
        probe: { kind: 'http', url: pulumi.interpolate`${address}/v1/sys/health`, expect: [200, 429, 501] },
        watch: {
          settings: settings.sha256,
          seal: identity.vaultSeal.made,
          database: database.generation,
        },
      },
      { parent: this, dependsOn: [machine, after] },
    );
    this.parts = { address };
    this.registerOutputs(this.parts);
  }
}
