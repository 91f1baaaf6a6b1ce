/** The target `kubernetes` of a worker stack: jobs in a cluster, of an installation that lives elsewhere. */
import { z } from 'zod';
import type { Complain } from './checks/complain.ts';
import { checkKubernetesPlace, kubernetesWorkers, namespace, network } from './kubernetes.ts';
import { joins, workerStack } from './parts.ts';

/** As in an installation there: a cluster has no bill, and its owner gathers logs and alarms. */
const { budget: _budget, alarms: _alarms, logDays: _logDays, ...stack } = workerStack;

/** Namespaces of a cluster, for an installation that lives elsewhere. */
export const KubernetesWorkersConfig = z
  .strictObject({
    ...kubernetesWorkers,
    network: z
      .strictObject({
        ...network,
        proxies: namespace
          .optional()
          .describe('Where the proxies of the installation run, if it lives in the same cluster'),
      })
      .prefault({})
      .describe('What pods may reach'),
    joins,
    ...stack,
  })
  .describe('Jobs in a Kubernetes cluster, for an installation that lives elsewhere');

export type KubernetesWorkersConfig = z.infer<typeof KubernetesWorkersConfig>;

/** What no single key shows. */
export function checkKubernetesWorkers(config: KubernetesWorkersConfig, complain: Complain): void {
  checkKubernetesPlace(config, complain);
}
