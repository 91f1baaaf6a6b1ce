/** Who hears of trouble: alarms on what people would notice, a budget; and where the hosts' logs are kept. */
import { Budget } from '@pulumi/gcp/billing/budget.js';
import { ProjectBucketConfig } from '@pulumi/gcp/logging/projectBucketConfig.js';
import { ProjectSink } from '@pulumi/gcp/logging/projectSink.js';
import { AlertPolicy } from '@pulumi/gcp/monitoring/alertPolicy.js';
import { NotificationChannel } from '@pulumi/gcp/monitoring/notificationChannel.js';
import { UptimeCheckConfig } from '@pulumi/gcp/monitoring/uptimeCheckConfig.js';
import { getProjectOutput } from '@pulumi/gcp/organizations/getProject.js';
import * as pulumi from '@pulumi/pulumi';
import { alarmsOf, CERTIFICATE } from './alarms.ts';
import type { AppHost } from './appHost.ts';
import type { Database } from './database.ts';
import type { Queue } from './queue.ts';
import type { Site } from './site.ts';

export interface OperationsArgs {
  site: Site;
  appHost: AppHost;
  database: Database;
  queue: Queue;
}

export class Operations extends pulumi.ComponentResource {
  /** Where the hosts' logs are kept. */
  readonly logBucket: pulumi.Output<string>;

  constructor(name: string, args: OperationsArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:gcp:Operations', name, {}, options);
    const { site } = args;
    const { alarms, budget } = site.config;
    const channels =
      alarms === undefined
        ? []
        : [
            new NotificationChannel(
              'alarms',
              {
                displayName: `Cove ${site.name}`,
                type: 'email',
                labels: { email_address: alarms.email },
                userLabels: site.labels,
              },
              { parent: this },
            ).id,
          ];
    this.#alarms(args, channels);
    if (budget !== undefined) this.#budget(site, budget.monthlyUsd, channels);
    this.logBucket = this.#logs(site);
    this.registerOutputs({ logBucket: this.logBucket });
  }

  #alarms({ site, appHost, database, queue }: OperationsArgs, channels: pulumi.Output<string>[]) {
    const { projectId, access, publicName } = site.config;
    const check = access.internal
      ? undefined
      : new UptimeCheckConfig(
          'health',
          {
            displayName: site.named('health'),
            timeout: '10s',
            period: '60s',
            httpCheck: { path: '/healthz', port: 443, useSsl: true, validateSsl: true },
            monitoredResource: { type: 'uptime_url', labels: { project_id: projectId, host: publicName } },
            userLabels: site.labels,
          },
          { parent: this },
        );
    const common = {
      combiner: 'OR',
      notificationChannels: channels,
      userLabels: site.labels,
    };
    const known = { projectId, backend: site.named('api'), queue: queue.instance.id };
    // Which alarms there are does not depend on what is known later; what they watch does.
    const watched = pulumi.output({
      ...known,
      check: check?.uptimeCheckId,
      database: database.instance.name,
      appHost: appHost.group,
    });
    const names = alarmsOf({ ...known, queue: '', check: check && '', database: '', appHost: '' });
    names.forEach(
      ({ name, description, filter, comparison, threshold, duration, aligner, period }, index) => {
        new AlertPolicy(
          name,
          {
            ...common,
            displayName: site.named(name),
            documentation: { content: description },
            conditions: [
              {
                // What is watched, known before the thing is there: a first preview is judged by it.
                displayName: /metric\.type="([^"]+)"/.exec(filter)?.[1] ?? name,
                conditionThreshold: {
                  filter: watched.apply((all) => alarmsOf(all)[index]!.filter),
                  comparison,
                  thresholdValue: threshold,
                  duration: `${duration}s`,
                  aggregations: [{ alignmentPeriod: `${period}s`, perSeriesAligner: aligner }],
                },
              },
            ],
          },
          { parent: this },
        );
      },
    );
    new AlertPolicy(
      CERTIFICATE.name,
      {
        ...common,
        displayName: site.named(CERTIFICATE.name),
        documentation: { content: CERTIFICATE.description },
        conditions: [
          { displayName: CERTIFICATE.name, conditionMatchedLog: { filter: CERTIFICATE.filter(projectId) } },
        ],
        alertStrategy: { notificationRateLimit: { period: '86400s' } },
      },
      { parent: this },
    );
  }

  #budget(site: Site, monthlyUsd: number, channels: pulumi.Output<string>[]) {
    const { projectId } = site.config;
    const project = getProjectOutput({ projectId }, { parent: this });
    new Budget(
      'monthly',
      {
        billingAccount: project.billingAccount,
        displayName: site.named('monthly'),
        amount: { specifiedAmount: { currencyCode: 'USD', units: String(monthlyUsd) } },
        budgetFilter: {
          projects: [pulumi.interpolate`projects/${project.number}`],
          labels: { installation: site.name },
        },
        thresholdRules: [{ thresholdPercent: 0.8 }, { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' }],
        ...(channels.length === 0
          ? {}
          : {
              allUpdatesRule: { monitoringNotificationChannels: channels, disableDefaultIamRecipients: true },
            }),
      },
      { parent: this },
    );
  }

  /** Kept for as long as the config says, apart from the project's own logs. */
  #logs(site: Site): pulumi.Output<string> {
    const { projectId, region } = site.config;
    const bucket = new ProjectBucketConfig(
      'platform',
      {
        project: projectId,
        location: region,
        bucketId: site.named('platform'),
        description: `Cove ${site.name}: what its hosts say`,
        retentionDays: site.sizes.logDays,
      },
      { parent: this },
    );
    new ProjectSink(
      'platform',
      {
        name: site.named('platform'),
        destination: pulumi.interpolate`logging.googleapis.com/${bucket.id}`,
        filter: `logName="projects/${projectId}/logs/gcplogs-docker-driver" AND jsonPayload.instance.name:"cove-${site.name}-app-host-"`,
        uniqueWriterIdentity: true,
      },
      { parent: this },
    );
    return bucket.id;
  }
}
