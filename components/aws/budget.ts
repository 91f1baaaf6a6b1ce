/** What a stack should cost at most in a month, and who is written to when it nears that. */
import { Budget } from '@pulumi/aws/budgets/budget.js';
import type * as pulumi from '@pulumi/pulumi';
import type { WorkerSite } from './site.ts';

export function monthlyBudget(site: WorkerSite, options: pulumi.CustomResourceOptions): void {
  const { alarms, budget } = site.config;
  if (budget === undefined) return;
  new Budget(
    'monthly',
    {
      name: site.named('monthly'),
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      limitAmount: String(budget.monthlyUsd),
      limitUnit: 'USD',
      costFilters: [{ name: 'TagKeyValue', values: [`user:installation$${site.name}`] }],
      ...(alarms === undefined
        ? {}
        : {
            notifications: [80, 100].map((threshold) => ({
              comparisonOperator: 'GREATER_THAN',
              threshold,
              thresholdType: 'PERCENTAGE',
              notificationType: threshold === 100 ? 'FORECASTED' : 'ACTUAL',
              subscriberEmailAddresses: [alarms.email],
            })),
          }),
    },
    options,
  );
}
