/** What a stack should cost at most in a month, and who is written to when it nears that. */
import { Budget } from '@pulumi/azure-native/consumption/budget.js';
import type * as pulumi from '@pulumi/pulumi';
import type { Group } from './group.ts';
import type { WorkerSite } from './site.ts';

export function monthlyBudget(site: WorkerSite, group: Group, options: pulumi.CustomResourceOptions): void {
  const { alarms, budget } = site.config;
  if (budget === undefined) return;
  const month = new Date().toISOString().slice(0, 8);
  new Budget(
    'monthly',
    {
      scope: group.id,
      budgetName: site.named('monthly'),
      amount: budget.monthlyUsd,
      category: 'Cost',
      timeGrain: 'Monthly',
      timePeriod: { startDate: `${month}01T00:00:00Z` },
      ...(alarms === undefined
        ? {}
        : {
            notifications: Object.fromEntries(
              [80, 100].map((threshold) => [
                `at-${threshold}`,
                {
                  enabled: true,
                  operator: 'GreaterThan',
                  threshold,
                  thresholdType: threshold === 100 ? 'Forecasted' : 'Actual',
                  contactEmails: [alarms.email],
                },
              ]),
            ),
          }),
    },
    // Azure wants the month in which it was made; another month is no other budget.
    { ...options, ignoreChanges: ['timePeriod'] },
  );
}
