/** The platform's own idempotent program, in three steps, for each needs what the step before it made possible. */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { BootstrapSettings } from '../../app/settings.ts';
import type { Address, DatabaseParts, QueueParts } from '../contract.ts';
import type { Identity } from './identity.ts';
import type { Machine } from './machine.ts';
import { File, Program } from './resources.ts';
import type { Site } from './site.ts';
import { VAULT_DATABASE, vaultPidFile } from './vault.ts';

/** The platform's database. */
export const PLATFORM_DATABASE = 'cove';

export interface BootstrapArgs {
  site: Site;
  machine: Machine;
  identity: Identity;
  database: DatabaseParts;
  queue: QueueParts;
  vault: Address;
}

export class Bootstrap extends pulumi.ComponentResource {
  readonly #args: BootstrapArgs;
  readonly #settings: File;

  constructor(name: string, args: BootstrapArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:Bootstrap', name, {}, options);
    this.#args = args;
    const { site, machine } = args;
    this.#settings = new File(
      'bootstrap.json',
      { path: join(site.places.settings, 'bootstrap.json'), content: settingsOf(args) },
      { parent: this, dependsOn: machine },
    );
    this.registerOutputs({});
  }

  /** Databases and roles, Vault's own among them. Needs PostgreSQL. */
  database(after: pulumi.Resource[]): Program {
    return this.#step('database', after, []);
  }

  /** Initialises Vault, moves secrets into it, makes the services' logins. Needs Vault, PostgreSQL and Redis. */
  vault(after: pulumi.Resource[]): Program {
    const { appRoles, vaultRecovery } = this.#args.identity;
    return this.#step('vault', after, [...Object.values(appRoles), vaultRecovery]);
  }

  /** Schema, administrator, environments, the workers' tokens. Needs all of them. */
  platform(after: pulumi.Resource[]): Program {
    const { identity, site } = this.#args;
    return this.#step(
      'platform',
      after,
      site.config.environments.map(({ slug }) => identity.workerToken(slug)),
    );
  }

  #step(step: string, after: pulumi.Resource[], makes: string[]): Program {
    const { site, database, queue, identity } = this.#args;
    return new Program(
      `bootstrap-${step}`,
      {
        installation: site.places.folder,
        name: `bootstrap-${step}`,
        command: site.node,
        args: [site.main, '--settings', this.#settings.path, '--only', step],
        triggers: {
          program: site.program,
          settings: this.#settings.sha256,
          database: database.generation,
          vaultDatabase: identity.vaultDatabase.made,
          queue: queue.generation,
        },
        makes,
        seconds: 300,
      },
      { parent: this, dependsOn: after },
    );
  }
}

function settingsOf({ site, identity, database, queue, vault }: BootstrapArgs): pulumi.Output<string> {
  const { organization, administrator, environments } = site.config;
  return pulumi
    .all([database, queue, vault, identity.vaultDatabase.file])
    .apply(([db, redis, { host, port }, vaultPasswordFile]) => {
      const settings: BootstrapSettings = {
        role: 'bootstrap',
        installation: site.name,
        database: {
          host: db.host,
          port: db.port,
          tls: db.tls,
          superuser: db.superuser,
          superuserPasswordFile: db.superuserPassword,
          name: PLATFORM_DATABASE,
          vaultName: VAULT_DATABASE.name,
          vaultUser: VAULT_DATABASE.user,
          vaultPasswordFile,
        },
        queue: {
          host: redis.host,
          port: redis.port,
          tls: redis.tls,
          users: { kind: 'acl', adminUser: redis.adminUser, adminPasswordFile: redis.adminPassword },
        },
        vault: {
          address: `http://${host}:${port}`,
          recoveryFile: identity.vaultRecovery,
          pidFile: vaultPidFile(site.places.folder),
          appRoleFiles: identity.appRoles,
        },
        administrator: { ...administrator, organization },
        environments: environments.map(({ slug, name, description, executor }) => ({
          slug,
          name,
          description,
          executor,
          gpuSpec: '',
          workers: [{ name: workerName(slug), tokenFile: identity.workerToken(slug) }],
        })),
      };
      return `${JSON.stringify(settings, null, 2)}\n`;
    });
}

/** One worker serves each environment of one machine. */
export const workerName = (environment: string): string => `worker-${environment}`;
