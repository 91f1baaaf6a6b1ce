/** Who hears of trouble: alarms on what people would notice, a budget, and copies of the database kept apart. */
import { Plan } from '@pulumi/aws/backup/plan.js';
import { Selection } from '@pulumi/aws/backup/selection.js';
import { Vault as BackupVault } from '@pulumi/aws/backup/vault.js';
import { MetricAlarm } from '@pulumi/aws/cloudwatch/metricAlarm.js';
import { Topic } from '@pulumi/aws/sns/topic.js';
import { TopicSubscription } from '@pulumi/aws/sns/topicSubscription.js';
import * as pulumi from '@pulumi/pulumi';
import { alarmsOf } from './alarms.ts';
import { monthlyBudget } from './budget.ts';
import type { Database } from './database.ts';
import type { Dns } from './dns.ts';
import type { Identity } from './identity.ts';
import type { Ingress } from './ingress.ts';
import type { Queue } from './queue.ts';
import { givenOrInlineRole } from './role.ts';
import { guarded, type Site } from './site.ts';
import { machinesOf } from './sizes.ts';

export interface OperationsArgs {
  site: Site;
  identity: Identity;
  dns: Dns;
  ingress: Ingress;
  database: Database;
  queue: Queue;
}

const BACKUP_POLICY = 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup';

export class Operations extends pulumi.ComponentResource {
  /** Where alarms go. */
  readonly topic: pulumi.Output<string>;

  constructor(name: string, args: OperationsArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:aws:Operations', name, {}, options);
    const { site, identity } = args;
    const { alarms } = site.config;
    const within = { parent: this };
    const topic = new Topic(
      'alarms',
      { name: site.named('alarms'), kmsMasterKeyId: identity.keyArn },
      within,
    );
    if (alarms !== undefined)
      new TopicSubscription(
        'alarms',
        { topic: topic.arn, protocol: 'email', endpoint: alarms.email },
        within,
      );
    this.#alarms(args, topic.arn);
    monthlyBudget(site, within);
    if (site.config.profile === 'prod') this.#backups(args);
    this.topic = topic.arn;
    this.registerOutputs({ topic: this.topic });
  }

  #alarms({ site, dns, ingress, database, queue }: OperationsArgs, topic: pulumi.Output<string>) {
    const watched = {
      balancer: ingress.balancer.arnSuffix,
      targets: ingress.targetGroup.arnSuffix,
      database: database.instance.identifier,
      queue: queue.group.id,
      certificate: dns.certificateArn,
    };
    for (const { name, of, ...alarm } of alarmsOf(machinesOf(site.config).database.diskGb)) {
      new MetricAlarm(
        name,
        {
          ...alarm,
          name: site.named(name),
          dimensions: Object.fromEntries(
            Object.entries(of).map(([dimension, what]) => [dimension, watched[what]]),
          ),
          alarmActions: [topic],
          okActions: [topic],
        },
        { parent: this },
      );
    }
  }

  /** RDS has its own backups; these survive the instance. */
  #backups({ site, identity, database }: OperationsArgs) {
    const vault = new BackupVault(
      'backups',
      {
        name: site.named('backups'),
        kmsKeyArn: identity.keyArn,
        forceDestroy: site.purge.includes('database'),
      },
      { parent: this, ...guarded(site, 'database') },
    );
    const role = givenOrInlineRole(
      site.config.given.backupRole,
      'backup',
      site,
      { service: 'backup.amazonaws.com', managedPolicyArns: [BACKUP_POLICY] },
      { parent: this },
    );
    const plan = new Plan(
      'daily',
      {
        name: site.named('daily'),
        rules: [
          {
            ruleName: 'daily',
            targetVaultName: vault.name,
            schedule: 'cron(0 4 * * ? *)',
            lifecycle: { deleteAfter: site.sizes.backupDays },
          },
        ],
      },
      { parent: this },
    );
    new Selection(
      'database',
      {
        name: site.named('database'),
        planId: plan.id,
        iamRoleArn: role.arn,
        resources: [database.instance.arn],
      },
      { parent: this },
    );
  }
}
