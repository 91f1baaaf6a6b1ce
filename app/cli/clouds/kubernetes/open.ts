/** The cluster that a config means, as the operator's own login; and its answers as a person needs them. */
import type { KubernetesConfig } from '../../../../config/schema.ts';
import { Cluster, ClusterRefusal } from '../../../platform/cluster.ts';
import { CliError, EXIT, needsAPerson } from '../../errors.ts';
import { addressOf } from './kubeconfig.ts';

/** The same names as `components/kubernetes/site.ts`; a test holds both equal. */
export const namespacesOf = (name: string, { given }: Pick<KubernetesConfig, 'given'>) =>
  given.namespaces ?? { platform: `cove-${name}`, jobs: `cove-${name}-jobs` };

/** Works with the cluster and lets go of it; what it refuses is told in words. */
export async function inCluster<T>(
  { context }: Pick<KubernetesConfig, 'context'>,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = new Cluster(addressOf(context));
  try {
    return await work(cluster);
  } catch (error) {
    throw clusterTrouble(error, context) ?? error;
  } finally {
    await cluster.close();
  }
}

/** What the operator can mend; undefined: it is something else. */
export function clusterTrouble(error: unknown, context: string): CliError | undefined {
  if (error instanceof CliError) return error;
  if (error instanceof ClusterRefusal) {
    if (error.status === 401)
      return needsAPerson(
        `The login of context ${context} has expired or is not valid.`,
        'Log in to the cluster again.',
      );
    if (error.status === 403)
      return needsAPerson(
        `The cluster refused it: ${error.message}`,
        'Let an administrator of the cluster give you that right; docs/kubernetes.md lists all that is needed.',
      );
    return undefined;
  }
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|UND_ERR|CERT|SELF_SIGNED|ERR_TLS/.test(code))
    return new CliError(`The cluster of context ${context} does not answer: ${message || code}`, {
      exitCode: EXIT.failed,
      todo: 'Check the network, a VPN, and the address in the kubeconfig; then run it again.',
    });
  return undefined;
}
