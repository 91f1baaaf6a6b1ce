/** What must be right in the cluster before the engine starts: asked at once, told at once, each with a cure. */
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok } from '../../checks/finding.ts';
import { CliError } from '../../errors.ts';
import { lookAtCluster } from './facts.ts';
import { judgeCluster } from './judge.ts';
import { inCluster, namespacesOf } from './open.ts';

/** Without a login nothing else can be asked. */
export async function preflight(
  name: string,
  config: KubernetesConfig | KubernetesWorkersConfig,
): Promise<Finding[]> {
  try {
    const facts = await inCluster(config, (cluster) =>
      lookAtCluster(cluster, config, namespacesOf(name, config)),
    );
    return [ok('login', `context ${config.context}`), ...judgeCluster(config, facts)];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [
      fail('login', error.message, `a login to the cluster of context ${config.context}`, error.todo ?? ''),
    ];
  }
}
