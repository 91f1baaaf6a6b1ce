/** What the cluster is told of a job: a Job whose pod takes its worker's place in the room, with its worker's volume. Pure. */
import { relative } from 'node:path';
import type { ClusterObject } from '../../platform/cluster.ts';
import { GPU } from '../../protocol/room.ts';
import type { PodSettings } from '../../settings.ts';
import { wantsFreshImage } from '../steps/environment.ts';
import { folderVariables, type Job, JobFailure, shellText, VALOHAI_PATHS } from './executor.ts';
import { secretKeys } from './job-secret.ts';

export interface KubernetesOptions {
  pod: PodSettings;
  /** Name of this worker's pod, and of its node. */
  name: string;
  node: string;
  /** Where the volume of this worker is mounted here: all folders of jobs lie below. */
  volume: string;
  /** Hosts in internal networks that images may be pulled from without a registered login. @default none */
  trusted?: readonly string[];
}

/** Where the job finds the executor's own folder. */
const OWN = '/cove';

/**
 * The first process of the container. It waits until everything is there; then it runs the command, whose output goes to
 * files, and hands a SIGTERM on to all that the command started.
 */
const FIRST = `trap 'exit 143' TERM
until [ -e ${OWN}/go ]; do sleep 0.1; done
/bin/sh -c "$0" >${OWN}/stdout 2>${OWN}/stderr </dev/null &
job=$!
trap 'kill -TERM -1' TERM
wait $job
code=$?
while kill -0 $job 2>/dev/null; do wait $job; code=$?; done
exit $code`;

/** The job's pod is reached by an address of its own, not by the worker's (contract 3.1). */
const OWN_ADDRESS = ['VH_LOCAL_IP', 'VH_PUBLIC_IP'];

// The user has no entry in the image, and so no home: pip and its like want one that may be written.
export const environmentOf = (job: Job): Record<string, string> => ({
  HOME: '/tmp',
  ...job.environment,
  ...folderVariables(VALOHAI_PATHS),
});

/** The kubelet reads `$(NAME)` and `$$` in commands and values as its own: so it writes what was meant. */
const verbatim = (text: string) => text.replaceAll('$', '$$$$');

/** As the pod's: a value with a secret in it is in the Job's Secret. */
function variablesOf(job: Job, secret: string): object[] {
  const environment = environmentOf(job);
  const keys = secretKeys(environment, job.secrets);
  return Object.entries(environment).map(([name, value]) => {
    const key = keys.get(name);
    if (OWN_ADDRESS.includes(name)) return { name, valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };
    if (key !== undefined) return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
    return { name, value: verbatim(value) };
  });
}

/** What the cluster is told. The room is kept by the worker's own requests; this pod takes their place in it. Pure. */
export function jobManifest(job: Job, { pod, name: worker, node, volume }: KubernetesOptions): ClusterObject {
  const folders = (['config', 'inputs', 'outputs', 'repository'] as const).map((folder) => ({
    name: 'folder',
    mountPath: VALOHAI_PATHS[folder],
    subPath: relative(volume, job.folders[folder]),
  }));
  const name = `job-${job.executionId}-${job.attempt}`;
  const hasSecrets = Boolean(job.registry) || secretKeys(environmentOf(job), job.secrets).size > 0;
  const labels = { ...pod.labels, 'cove/owner': worker, 'cove/execution': job.executionId };
  // The worker's requests keep the room: a job may ask for less of it, never for more, nor for less than it requests.
  const room = Math.round(pod.memoryGb * 1024);
  const asked = job.limits.memory === null ? room : Math.ceil(job.limits.memory / 2 ** 20);
  const memory = `${Math.min(room, Math.max(asked, 16))}Mi`;
  const cpu = String(Math.min(pod.cpus, Math.max(job.limits.cpus ?? pod.cpus, 0.01)));
  const disk = job.limits.disk === null ? {} : { 'ephemeral-storage': String(job.limits.disk) };
  const devices = devicesOf(job, pod);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels },
    spec: {
      suspend: hasSecrets,
      backoffLimit: 0,
      ttlSecondsAfterFinished: 3600,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          nodeSelector: { 'kubernetes.io/hostname': node },
          tolerations: pod.tolerations,
          serviceAccountName: pod.serviceAccount,
          automountServiceAccountToken: false,
          // Without a login: those of the service account, which the cluster puts in.
          ...(job.registry && { imagePullSecrets: [{ name }] }),
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: pod.user,
            runAsGroup: pod.user,
            fsGroup: pod.user,
            fsGroupChangePolicy: 'OnRootMismatch',
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'job',
              image: job.image,
              imagePullPolicy: wantsFreshImage(job.environment) ? 'Always' : 'IfNotPresent',
              command: ['/bin/sh', '-c', FIRST, shellText(job.command)].map(verbatim),
              workingDir: VALOHAI_PATHS.repository,
              env: variablesOf(job, name),
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              resources: {
                requests: { cpu: '10m', memory: '16Mi', ...devices },
                // The kubelet looks after what is written beside the job's folders.
                limits: { cpu, memory, ...disk, ...devices },
              },
              volumeMounts: [
                ...folders,
                { name: 'folder', mountPath: OWN, subPath: relative(volume, job.scratch) },
                // Data loaders share tensors here.
                { name: 'shm', mountPath: '/dev/shm' },
                ...pod.mounts.map(({ path, readOnly }, index) => ({
                  name: `mount-${index}`,
                  mountPath: path,
                  readOnly,
                })),
              ],
            },
          ],
          volumes: [
            { name: 'folder', persistentVolumeClaim: { claimName: `${worker}-folder` } },
            { name: 'shm', emptyDir: { medium: 'Memory' } },
            ...pod.mounts.map(({ claim, readOnly }, index) => ({
              name: `mount-${index}`,
              persistentVolumeClaim: { claimName: claim, readOnly },
            })),
          ],
        },
      },
    },
  };
}

/** The environment says how many GPUs its nodes have for a job: one that tells nothing gets all, `{}` gets none. */
function devicesOf(
  { devices }: Pick<Job, 'devices'>,
  { gpus }: Pick<PodSettings, 'gpus'>,
): Record<string, string> {
  const has: Record<string, number> = gpus === 0 ? {} : { [GPU]: gpus };
  const asked = Object.entries(devices ?? has);
  const over = asked.filter(([name, count]) => count > (has[name] ?? 0));
  if (over.length > 0) {
    const words = over.map(([name, count]) => `${count} ${name}`).join(', ');
    const most = gpus === 0 ? 'none' : `${gpus} ${GPU}`;
    throw new JobFailure(
      'job',
      `It asks for ${words}; a job of this environment has ${most}. Ask for less, or run it where there are more`,
    );
  }
  return Object.fromEntries(
    asked.filter(([, count]) => count > 0).map(([name, count]) => [name, `${count}`]),
  );
}
