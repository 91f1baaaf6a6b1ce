/**
 * PostgreSQL (Cloud SQL): the truth of the installation, and Vault's storage. Private, TLS forced, encrypted, with backups
 * to any point in time. About 260 US dollars a month in prod (two zones), 55 in dev.
 */
import { DatabaseInstance } from '@pulumi/gcp/sql/databaseInstance.js';
import { User } from '@pulumi/gcp/sql/user.js';
import * as pulumi from '@pulumi/pulumi';
import { RandomId } from '@pulumi/random/randomId.js';
import type { DatabaseParts } from '../contract.ts';
import { physicalName } from '../naming.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import type { Entry } from './secret.ts';
import { guarded, type Site } from './site.ts';
import { machinesOf } from './sizes.ts';

const SUPERUSER = 'cove_admin';
/** Days of the log from which any point in time is restored; more is not to be had. */
const MOST_LOG_DAYS = 7;

export interface DatabaseArgs {
  site: Site;
  network: Network;
  identity: Identity;
}

export class Database extends pulumi.ComponentResource {
  readonly parts: DatabaseParts & { authority: pulumi.Output<string> };
  readonly password: Entry;
  readonly instance: DatabaseInstance;
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { site, network, identity }: DatabaseArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:gcp:Database', name, {}, options);
    const { config, sizes } = site;
    const { type, diskGb } = machinesOf(config).database;
    const standby = config.database.highAvailability ?? sizes.highAvailability;
    const mayGo = site.purge.includes('database');
    const kept = { parent: this, ...guarded(site, 'database') };
    // A name stays taken for a week after its instance is deleted.
    const { hex } = new RandomId('database', { byteLength: 4 }, kept);
    this.instance = new DatabaseInstance(
      'database',
      {
        name: pulumi.interpolate`${physicalName(site.name, 'database', 80)}-${hex}`,
        region: config.region,
        databaseVersion: `POSTGRES_${config.database.version}`,
        encryptionKeyName: identity.key.id,
        deletionProtection: !mayGo,
        settings: {
          edition: 'ENTERPRISE',
          tier: type,
          availabilityType: standby ? 'REGIONAL' : 'ZONAL',
          diskType: 'PD_SSD',
          diskSize: diskGb,
          diskAutoresize: true,
          diskAutoresizeLimit: diskGb * 10,
          ipConfiguration: {
            ipv4Enabled: false,
            privateNetwork: network.networkId,
            sslMode: 'ENCRYPTED_ONLY',
            // Its certificate holds a name, which clients check; that of the other mode holds none.
            serverCaMode: 'GOOGLE_MANAGED_CAS_CA',
          },
          backupConfiguration: {
            enabled: true,
            startTime: '02:00',
            location: config.region,
            pointInTimeRecoveryEnabled: true,
            transactionLogRetentionDays: Math.min(sizes.backupDays, MOST_LOG_DAYS),
            backupRetentionSettings: { retentionUnit: 'COUNT', retainedBackups: sizes.backupDays },
          },
          finalBackupConfig: { enabled: true, retentionDays: 30 },
          maintenanceWindow: { day: 7, hour: 3, updateTrack: 'stable' },
          deletionProtectionEnabled: !mayGo,
          databaseFlags: [
            // Slow statements, in milliseconds; and never the text of one that failed, which may hold a password.
            { name: 'log_min_duration_statement', value: '500' },
            { name: 'log_min_error_statement', value: 'panic' },
          ],
          insightsConfig: { queryInsightsEnabled: true },
          userLabels: site.labels,
        },
      },
      {
        ...kept,
        dependsOn: [...network.services, ...identity.key.usable],
        // It grows by itself; a size that the config names is held to.
        ignoreChanges: config.database.diskGb === undefined ? ['settings.diskSize'] : [],
      },
    );
    this.password = identity.password('database', this);
    const user = new User(
      'superuser',
      {
        name: SUPERUSER,
        instance: this.instance.name,
        password: this.password.value!,
        // It owns tables and goes with its instance.
        deletionPolicy: 'ABANDON',
      },
      { parent: this },
    );
    this.ready = [this.instance, user];
    this.parts = {
      host: this.instance.dnsName.apply((host) => host.replace(/\.$/, '')),
      port: pulumi.output(5432),
      generation: this.instance.name,
      superuser: pulumi.output(SUPERUSER),
      superuserPassword: this.password.id,
      tls: true,
      authority: this.instance.serverCaCerts.apply((all) => all.map(({ cert }) => cert).join('\n')),
    };
    this.registerOutputs({ host: this.parts.host, port: this.parts.port });
  }
}
