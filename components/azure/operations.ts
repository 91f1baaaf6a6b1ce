/** Who hears of trouble: logs in one place, alarms on what people would notice, a budget. */
import { ActionGroup } from '@pulumi/azure-native/monitor/actionGroup.js';
import { DiagnosticSetting } from '@pulumi/azure-native/monitor/diagnosticSetting.js';
import { MetricAlert } from '@pulumi/azure-native/monitor/metricAlert.js';
import { ScheduledQueryRule } from '@pulumi/azure-native/monitor/scheduledQueryRule.js';
import * as pulumi from '@pulumi/pulumi';
import { ALARMS, certificateQuery } from './alarms.ts';
import type { AppHost } from './appHost.ts';
import { monthlyBudget } from './budget.ts';
import type { Database } from './database.ts';
import type { Dns } from './dns.ts';
import type { Group } from './group.ts';
import { collectHostLogs, diskQuery, logWorkspace } from './host-logs.ts';
import type { Identity } from './identity.ts';
import type { Ingress } from './ingress.ts';
import type { Network } from './network.ts';
import type { Queue } from './queue.ts';
import type { Site } from './site.ts';
import type { Storage } from './storage.ts';

export interface OperationsArgs {
  site: Site;
  group: Group;
  network: Network;
  identity: Identity;
  dns: Dns;
  storage: Storage;
  ingress: Ingress;
  database: Database;
  queue: Queue;
  appHost: AppHost;
}

export class Operations extends pulumi.ComponentResource {
  /** Id of the workspace that logs go to. */
  readonly logs: pulumi.Output<string>;

  constructor(name: string, args: OperationsArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:Operations', name, {}, options);
    const { site, group, network, storage, appHost } = args;
    const { alarms } = site.config;
    const within = { parent: this };
    this.logs = logWorkspace(site, group, within);
    network.record({ ...storage.flowLogs, ready: storage.ready });
    this.#keepLogs(args);
    collectHostLogs({ site, group, network, workspace: this.logs, host: appHost.groupId }, within);
    const people = new ActionGroup(
      'alarms',
      {
        ...group.place,
        location: 'global',
        actionGroupName: site.named('alarms'),
        groupShortName: 'cove',
        enabled: true,
        ...(alarms === undefined
          ? {}
          : {
              emailReceivers: [{ name: 'operators', emailAddress: alarms.email, useCommonAlertSchema: true }],
            }),
      },
      within,
    );
    this.#alarms(args, people.id);
    monthlyBudget(site, group, within);
    this.registerOutputs({ logs: this.logs });
  }

  /** Who asked for what at the door, what PostgreSQL says, who read which secret. */
  #keepLogs({ site, ingress, database, identity }: OperationsArgs) {
    const { certificate } = site.config;
    const sources = {
      ingress: ingress.gateway.id,
      database: database.server.id,
      vault: identity.keeper.vaultId,
      ...(certificate.kind === 'given' ? { certificate: pulumi.output(certificate.keyVaultId) } : {}),
    };
    for (const [what, resourceUri] of Object.entries(sources))
      new DiagnosticSetting(
        what,
        {
          name: site.named('logs'),
          resourceUri,
          workspaceId: this.logs,
          logs: [
            {
              categoryGroup: what === 'vault' || what === 'certificate' ? 'audit' : 'allLogs',
              enabled: true,
            },
          ],
        },
        { parent: this },
      );
  }

  #alarms({ site, group, dns, ingress, database, queue }: OperationsArgs, people: pulumi.Output<string>) {
    const watched = { gateway: ingress.gateway.id, database: database.server.id, queue: queue.cluster.id };
    for (const { name, description, of, windowSize, dimensions = {}, ...metric } of ALARMS)
      new MetricAlert(
        name,
        {
          ...group.place,
          location: 'global',
          ruleName: site.named(name),
          description,
          severity: 1,
          enabled: true,
          scopes: [watched[of]],
          evaluationFrequency: 'PT1M',
          windowSize,
          criteria: {
            odataType: 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria',
            allOf: [
              {
                criterionType: 'StaticThresholdCriterion',
                name,
                ...metric,
                dimensions: Object.entries(dimensions).map(([dimension, value]) => ({
                  name: dimension,
                  operator: 'Include',
                  values: [value],
                })),
              },
            ],
          },
          actions: [{ actionGroupId: people }],
        },
        { parent: this },
      );
    this.#question(site, group, people, {
      name: 'certificate',
      description: 'The certificate runs out in less than three weeks. `cove up` renews it.',
      query:
        dns.notAfter === undefined
          ? pulumi.output(certificateQuery(undefined))
          : dns.notAfter.apply(certificateQuery),
      every: 'P1D',
    });
    this.#question(site, group, people, {
      name: 'host-disk',
      description: 'The disk of the application host is nearly full. `cove doctor` looks what fills it.',
      query: pulumi.output(diskQuery),
      every: 'PT15M',
    });
  }

  /** An alarm that is raised when a question to the workspace has any answer. */
  #question(
    site: Site,
    group: Group,
    people: pulumi.Output<string>,
    {
      name,
      description,
      query,
      every,
    }: { name: string; description: string; query: pulumi.Output<string>; every: string },
  ) {
    new ScheduledQueryRule(
      name,
      {
        ...group.place,
        ruleName: site.named(name),
        description,
        severity: 1,
        enabled: true,
        scopes: [this.logs],
        evaluationFrequency: every,
        windowSize: every,
        criteria: {
          allOf: [{ query, timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 }],
        },
        // A table has no columns before its first row.
        skipQueryValidation: true,
        actions: { actionGroups: [people] },
      },
      { parent: this },
    );
  }
}
