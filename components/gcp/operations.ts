/** Who hears of trouble: alarms on what people would notice, a budget; and where the hosts' logs are kept. */
import { AlertPolicy } from '@pulumi/gcp/monitoring/alertPolicy.js';
import { UptimeCheckConfig } from '@pulumi/gcp/monitoring/uptimeCheckConfig.js';
import * as pulumi from '@pulumi/pulumi';
import { alarmsOf, CERTIFICATE } from './alarms.ts';
import type { AppHost } from './appHost.ts';
import { alarmChannels, monthlyBudget } from './budget.ts';
import type { Database } from './database.ts';
import { hostLogs } from './host-logs.ts';
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
    const channels = alarmChannels(site, { parent: this });
    this.#alarms(args, channels);
    monthlyBudget(site, channels, { parent: this });
    this.logBucket = hostLogs(site, 'app-host', { parent: this });
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
}
