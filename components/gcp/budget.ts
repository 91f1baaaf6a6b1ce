/** What a stack should cost at most in a month, and who is written to when it nears that. */
import { Budget } from '@pulumi/gcp/billing/budget.js';
import { NotificationChannel } from '@pulumi/gcp/monitoring/notificationChannel.js';
import { getProjectOutput } from '@pulumi/gcp/organizations/getProject.js';
import * as pulumi from '@pulumi/pulumi';
import type { WorkerSite } from './site.ts';

/** Ids of who is written to; empty: nobody. */
export function alarmChannels(
  site: WorkerSite,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string>[] {
  const { alarms } = site.config;
  if (alarms === undefined) return [];
  const channel = new NotificationChannel(
    'alarms',
    {
      displayName: `Cove ${site.name}`,
      type: 'email',
      labels: { email_address: alarms.email },
      userLabels: site.labels,
    },
    options,
  );
  return [channel.id];
}

export function monthlyBudget(
  site: WorkerSite,
  channels: pulumi.Output<string>[],
  options: pulumi.CustomResourceOptions,
): void {
  const { projectId, budget } = site.config;
  if (budget === undefined) return;
  const project = getProjectOutput({ projectId }, options);
  new Budget(
    'monthly',
    {
      billingAccount: project.billingAccount,
      displayName: site.named('monthly'),
      amount: { specifiedAmount: { currencyCode: 'USD', units: String(budget.monthlyUsd) } },
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
    options,
  );
}
