/**
 * PostgreSQL (flexible server): the truth of the installation, and Vault's storage. Private, TLS forced, encrypted, with
 * backups to any point in time. About 290 US dollars a month in prod (Standard_D2ds_v5, two zones), 55 in dev.
 */
import { ManagementLockByScope } from '@pulumi/azure-native/authorization/managementLockByScope.js';
import { Configuration } from '@pulumi/azure-native/dbforpostgresql/configuration.js';
import { Server } from '@pulumi/azure-native/dbforpostgresql/server.js';
import * as pulumi from '@pulumi/pulumi';
import type { DatabaseParts } from '../contract.ts';
import type { Group } from './group.ts';
import type { Identity } from './identity.ts';
import { serverName } from './names.ts';
import type { Network } from './network.ts';
import type { Entry } from './secret.ts';
import { guarded, type Site } from './site.ts';
import { machinesOf, tierOf } from './sizes.ts';

const SUPERUSER = 'cove_admin';

/** Slow statements, in milliseconds; and never the text of one that failed, which may hold a password. */
const PARAMETERS = {
  require_secure_transport: 'on',
  log_min_duration_statement: '500',
  log_min_error_statement: 'panic',
};

export interface DatabaseArgs {
  site: Site;
  group: Group;
  network: Network;
  identity: Identity;
}

export class Database extends pulumi.ComponentResource {
  readonly parts: DatabaseParts;
  readonly server: Server;
  readonly password: Entry;
  /** Once it is what it should be. */
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { site, group, network, identity }: DatabaseArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:azure:Database', name, {}, options);
    const { config, sizes } = site;
    const { type, diskGb } = machinesOf(config).database;
    const kept = { parent: this, ...guarded(site, 'database') };
    this.password = identity.password('database-superuser', this);
    const zone = network.databaseZone();
    const standby = config.database.highAvailability ?? sizes.highAvailability;
    this.server = new Server(
      'database',
      {
        ...group.place,
        serverName: serverName(site, 'database'),
        version: config.database.version,
        sku: { name: type, tier: tierOf(type) },
        storage: { storageSizeGB: diskGb, autoGrow: 'Enabled' },
        administratorLogin: SUPERUSER,
        administratorLoginPassword: this.password.value!,
        authConfig: { passwordAuth: 'Enabled', activeDirectoryAuth: 'Disabled' },
        network: {
          delegatedSubnetResourceId: network.subnets.database,
          privateDnsZoneArmResourceId: zone.id,
          publicNetworkAccess: 'Disabled',
        },
        // Over zones where there are any: then Azure chooses both.
        highAvailability: {
          mode: !standby ? 'Disabled' : site.zones.length === 0 ? 'SameZone' : 'ZoneRedundant',
        },
        backup: { backupRetentionDays: sizes.backupDays, geoRedundantBackup: 'Disabled' },
        maintenanceWindow: { customWindow: 'Enabled', dayOfWeek: 0, startHour: 3, startMinute: 30 },
      },
      // After a failover it has another zone, and after growing another size.
      { ...kept, dependsOn: zone.ready, ignoreChanges: ['availabilityZone'] },
    );
    const settings: pulumi.Resource[] = [];
    for (const [configurationName, value] of Object.entries(PARAMETERS))
      settings.push(
        new Configuration(
          configurationName,
          {
            ...group.within,
            serverName: this.server.name,
            configurationName,
            value,
            source: 'user-override',
          },
          // A server takes one change at a time.
          { parent: this, dependsOn: settings.slice(-1) },
        ),
      );
    if (sizes.deletionProtection)
      new ManagementLockByScope(
        'database',
        {
          scope: this.server.id,
          lockName: 'cove',
          level: 'CanNotDelete',
          notes:
            'The truth of a Cove installation; `cove destroy --purge database` is the way to be rid of it',
        },
        // It goes before the server, and only with it.
        kept,
      );
    this.ready = [this.server, ...settings];
    this.parts = {
      host: this.server.fullyQualifiedDomainName,
      port: pulumi.output(5432),
      generation: this.server.id,
      superuser: pulumi.output(SUPERUSER),
      superuserPassword: this.password.name,
      tls: true,
    };
    this.registerOutputs({ host: this.parts.host, port: this.parts.port });
  }
}
