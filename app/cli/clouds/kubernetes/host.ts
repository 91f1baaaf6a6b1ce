/** The platform's pods without a shell: what they wrote, and how they are. */
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../../config/schema.ts';
import type { Cluster, ClusterObject } from '../../../platform/cluster.ts';
import { type Finding, fail, ok } from '../../checks/finding.ts';
import { inCluster, namespacesOf } from './open.ts';

type AnyConfig = KubernetesConfig | KubernetesWorkersConfig;
const BOOT_LINES = 500;

/** The newest pod of a part; `bootstrap` and `databases` are Jobs of one part. Null: there is none. */
export async function podOf(cluster: Cluster, name: string, config: AnyConfig, service: string) {
  const component = service === 'databases' ? 'bootstrap' : service;
  const labels = `app.kubernetes.io/instance=${name},app.kubernetes.io/component=${component}`;
  const { platform } = namespacesOf(name, config);
  const { items } = await cluster.ask(
    `/api/v1/namespaces/${platform}/pods?labelSelector=${encodeURIComponent(labels)}`,
  );
  const isJob = component === 'bootstrap';
  const pods = (items as ClusterObject[]).filter(
    ({ metadata }) => !isJob || metadata.labels['batch.kubernetes.io/job-name']?.startsWith(`${service}-`),
  );
  const newest = (a: ClusterObject, b: ClusterObject) =>
    Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp);
  return pods.sort(newest)[0] ?? null;
}

/** The last lines of a part. Null: it has no pod. */
export function serviceLog(
  name: string,
  config: AnyConfig,
  service: string,
  count: number,
): Promise<string | null> {
  return inCluster(config, async (cluster) => {
    const pod = await podOf(cluster, name, config, service);
    if (pod === null) return null;
    const { name: own, namespace } = pod.metadata;
    return cluster.text(`/api/v1/namespaces/${namespace}/pods/${own}/log?tailLines=${count}`);
  });
}

/** What the bootstrap wrote, which is what a host's boot is elsewhere; of a worker stack what its scaler wrote. */
export const bootLog = (name: string, config: AnyConfig): Promise<string | null> =>
  serviceLog(name, config, 'joins' in config ? 'scaler' : 'bootstrap', BOOT_LINES);

/** How the pods are, each with what the cluster says of one that is not ready. */
export function lookAtHost(name: string, config: AnyConfig, services: string[]): Promise<Finding[]> {
  return inCluster(config, async (cluster) => {
    const pods = await Promise.all(
      services.map(async (service) => ({ service, pod: await podOf(cluster, name, config, service) })),
    );
    return pods.map(({ service, pod }) => judgePod(service, pod));
  });
}

/** Pure. */
export function judgePod(service: string, pod: ClusterObject | null): Finding {
  const todo = `\`npx cove logs ${service}\` tells why; \`npx cove up\` makes what is missing.`;
  if (pod === null)
    return fail('pods', `${service} has no pod`, 'one that is ready', '`npx cove up` makes it.');
  const { phase, conditions = [], containerStatuses = [] } = pod.status ?? {};
  const isReady = conditions.some(({ type, status }: ClusterObject) => type === 'Ready' && status === 'True');
  if (isReady || phase === 'Succeeded')
    return ok('pods', `${service} is ${phase === 'Succeeded' ? 'done' : 'ready'}`);
  const waiting = containerStatuses.map(({ state }: ClusterObject) => state?.waiting).find(Boolean);
  const unplaced = conditions.find(
    ({ type, status }: ClusterObject) => type === 'PodScheduled' && status === 'False',
  );
  const why = waiting?.reason ?? unplaced?.message ?? phase ?? 'unknown';
  return fail(
    'pods',
    `${service} is not ready: ${why}${waiting?.message ? ` (${waiting.message})` : ''}`,
    'a pod that is ready',
    todo,
  );
}
