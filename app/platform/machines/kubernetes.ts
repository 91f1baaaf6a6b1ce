/**
 * Workers in a cluster: each is a Job of one pod, made from the template in the ConfigMap that is named like the group.
 * A machine is the pod, by its uid, which is what its token proves. Nothing but `end` and its own end takes one away.
 */
import { Cluster, type ClusterAddress, type ClusterObject, ClusterRefusal, ownCluster } from '../cluster.ts';
import { CoveError } from '../errors.ts';
import { signerOfCluster } from '../machine-proofs/kubernetes.ts';
import type { CloudMachine, GroupLook, Machines } from './machines.ts';

interface Place {
  namespace: string;
  group: string;
  ceiling: number;
}
/** On every Job and pod of a group; the stack writes it into the template. */
export const GROUP_LABEL = 'cove/group';
/** Kubernetes puts it on the pods of a Job. */
const JOB_LABEL = 'batch.kubernetes.io/job-name';

export async function kubernetesMachines(
  { namespace, group, ceiling }: Place,
  address?: ClusterAddress,
): Promise<Machines> {
  const cluster = new Cluster(address ?? (await ownCluster()));
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const select = `labelSelector=${encodeURIComponent(`${GROUP_LABEL}=${group}`)}`;

  const listed = async () => {
    const [ours, pods] = await Promise.all([
      told(() => cluster.ask(`${jobs}?${select}`)),
      told(() => cluster.ask(`/api/v1/namespaces/${namespace}/pods?${select}`)),
    ]);
    const alive = ours.items.filter(isActive);
    const names = new Set(alive.map(({ metadata }: ClusterObject) => metadata.name));
    const there = (pods.items as ClusterObject[]).filter(isThere);
    const isStray = ({ metadata }: ClusterObject) => !names.has(metadata.labels[JOB_LABEL]);
    return { jobs: alive as ClusterObject[], pods: there, isStray };
  };
  const removeAt = async (path: string) => {
    const body = { propagationPolicy: 'Background' };
    await told(() => cluster.ask(path, { method: 'DELETE', body })).catch((error: CoveError) => {
      if (error.code !== 'not_found') throw error;
    });
  };
  const remove = (job: string) => removeAt(`${jobs}/${job}`);

  const look = async (): Promise<GroupLook> => {
    const found = await listed();
    const refusal = found.pods.map(refusalOf).find((text) => text !== null) ?? null;
    return {
      wanted: found.jobs.length,
      largest: ceiling,
      machines: found.pods
        .filter(isPlaced)
        .map((pod) => ({ ...machineOf(pod), ...(found.isStray(pod) && { stray: true as const }) })),
      refusal,
    };
  };

  return {
    look,
    async grow(wanted) {
      const { jobs: there } = await listed();
      const missing = Math.min(wanted, ceiling) - there.length;
      if (missing <= 0) return;
      const path = `/api/v1/namespaces/${namespace}/configmaps/${group}`;
      const template = await told(() => cluster.ask(path));
      const job: unknown = JSON.parse(template.data['job.json']);
      for (let made = 0; made < missing; made++)
        await told(() => cluster.ask(jobs, { method: 'POST', body: job }));
    },
    async end(ids) {
      const { pods, isStray } = await listed();
      for (const pod of pods.filter(({ metadata }) => ids.includes(metadata.uid)))
        await (isStray(pod)
          ? removeAt(`/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}`)
          : remove(pod.metadata.labels[JOB_LABEL]));
    },
    async forgo() {
      const found = await listed();
      const placed = new Set(found.pods.filter(isPlaced).map(({ metadata }) => metadata.labels[JOB_LABEL]));
      for (const { metadata } of found.jobs) if (!placed.has(metadata.name)) await remove(metadata.name);
    },
    async describe(id) {
      const { pods } = await listed();
      const pod = pods.find(({ metadata }) => metadata.uid === id);
      const machine = pod === undefined ? null : machineOf(pod);
      return machine?.state === 'ending' ? null : machine;
    },
    signer: () => signerOfCluster(cluster),
    close() {
      void cluster.close();
    },
  };
}

/** The group that a pod is of; null where it is of none, or is no more. */
export async function kubernetesGroupOf(
  namespace: string,
  podUid: string,
  address?: ClusterAddress,
): Promise<string | null> {
  const cluster = new Cluster(address ?? (await ownCluster()));
  try {
    const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(GROUP_LABEL)}`;
    const { items } = await told(() => cluster.ask(path));
    const pod = items.filter(isThere).find(({ metadata }: ClusterObject) => metadata.uid === podUid);
    return pod?.metadata.labels[GROUP_LABEL] ?? null;
  } finally {
    await cluster.close();
  }
}

/** Neither ended nor told to. */
export const isActive = ({ metadata, status }: ClusterObject): boolean =>
  metadata.deletionTimestamp === undefined &&
  !(status?.conditions ?? []).some(
    ({ type, status: holds }: ClusterObject) => ['Complete', 'Failed'].includes(type) && holds === 'True',
  );
const isThere = ({ status }: ClusterObject) => !['Succeeded', 'Failed'].includes(status?.phase);
/** A node has been found for it. */
const isPlaced = ({ spec }: ClusterObject) => spec.nodeName !== undefined;

export function machineOf({ metadata, status }: ClusterObject): CloudMachine {
  const state =
    metadata.deletionTimestamp !== undefined
      ? 'ending'
      : status?.phase === 'Running'
        ? 'running'
        : 'starting';
  return { id: metadata.uid, state, launchedAt: new Date(metadata.creationTimestamp) };
}

/** Why no node takes it, in the scheduler's own words. */
export function refusalOf({ status }: ClusterObject): string | null {
  const unplaced = (status?.conditions ?? []).find(
    ({ type, status: holds }: ClusterObject) => type === 'PodScheduled' && holds === 'False',
  );
  return unplaced === undefined ? null : (unplaced.message ?? unplaced.reason ?? 'no node takes it');
}

/** The cluster's own words. */
async function told(work: () => Promise<ClusterObject>): Promise<ClusterObject> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    const gone = error instanceof ClusterRefusal && error.status === 404;
    throw new CoveError(
      gone ? 'not_found' : 'unavailable',
      gone ? `Kubernetes: ${message}; run \`cove up\`, which makes it` : `Kubernetes: ${message}`,
      { cause: error },
    );
  }
}
