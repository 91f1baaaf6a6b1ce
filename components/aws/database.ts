/**
 * PostgreSQL (RDS): the truth of the installation, and Vault's storage. Private, TLS forced, encrypted, with backups to
 * any point in time. About 290 US dollars a month in prod (db.m7g.large, two zones), 50 in dev.
 */
import { Instance } from '@pulumi/aws/rds/instance.js';
import { ParameterGroup } from '@pulumi/aws/rds/parameterGroup.js';
import { SubnetGroup } from '@pulumi/aws/rds/subnetGroup.js';
import * as pulumi from '@pulumi/pulumi';
import type { DatabaseParts } from '../contract.ts';
import type { Identity } from './identity.ts';
import type { Network } from './network.ts';
import { guarded, type Site } from './site.ts';
import { machinesOf } from './sizes.ts';

const SUPERUSER = 'cove_admin';

export interface DatabaseArgs {
  site: Site;
  network: Network;
  identity: Identity;
}

export class Database extends pulumi.ComponentResource {
  readonly parts: DatabaseParts;
  readonly instance: Instance;

  constructor(
    name: string,
    { site, network, identity }: DatabaseArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:aws:Database', name, {}, options);
    const { config, sizes } = site;
    const { type, diskGb } = machinesOf(config).database;
    const { version } = config.database;
    const subnets = new SubnetGroup(
      'database',
      { name: site.named('database'), description: `Cove ${site.name}`, subnetIds: network.subnets.data },
      { parent: this },
    );
    const parameters = new ParameterGroup(
      `database-${version}`,
      {
        name: site.named(`database-${version}`),
        family: `postgres${version}`,
        description: `Cove ${site.name}`,
        parameters: [
          { name: 'rds.force_ssl', value: '1' },
          // Slow statements, in milliseconds; and never the text of one that failed, which may hold a password.
          { name: 'log_min_duration_statement', value: '500' },
          { name: 'log_min_error_statement', value: 'panic' },
        ],
      },
      { parent: this },
    );
    this.instance = new Instance(
      'database',
      {
        identifier: site.named('database'),
        engine: 'postgres',
        engineVersion: version,
        autoMinorVersionUpgrade: true,
        instanceClass: type,
        allocatedStorage: diskGb,
        maxAllocatedStorage: diskGb * 10,
        storageType: 'gp3',
        storageEncrypted: true,
        kmsKeyId: identity.keyArn,
        username: SUPERUSER,
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: identity.keyArn,
        dbSubnetGroupName: subnets.name,
        parameterGroupName: parameters.name,
        vpcSecurityGroupIds: [network.groups.database],
        publiclyAccessible: false,
        caCertIdentifier: 'rds-ca-rsa2048-g1',
        multiAz: config.database.highAvailability ?? sizes.highAvailability,
        backupRetentionPeriod: sizes.backupDays,
        backupWindow: '02:00-03:00',
        maintenanceWindow: 'sun:03:30-sun:04:30',
        copyTagsToSnapshot: true,
        deletionProtection: !site.purge.includes('database'),
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: site.named(
          site.lastBackup === undefined ? 'database-final' : `database-final-${site.lastBackup}`,
        ),
        enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: identity.keyArn,
      },
      { parent: this, ...guarded(site, 'database') },
    );
    this.parts = {
      host: this.instance.address,
      port: this.instance.port,
      generation: this.instance.resourceId,
      superuser: pulumi.output(SUPERUSER),
      superuserPassword: this.instance.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? ''),
      tls: true,
      authority: 'aws-rds',
    };
    this.registerOutputs({ host: this.parts.host, port: this.parts.port });
  }
}
