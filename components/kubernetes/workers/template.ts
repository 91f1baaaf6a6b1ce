/** The Job that a worker is: its agent, and the room that its jobs will take. Pure. */
import type { WorkerSettings } from '../../../app/settings.ts';
import type { KubernetesConfig } from '../../../config/schema.ts';
import { AUTHORITIES, outbound } from '../../boot/cloud-config.ts';
import { labelsOf } from '../meta.ts';
import { identityLabels } from '../network/firewall.ts';
import { containerSecurity, OUR_USER, podSecurity, resourcesOf, scratch } from '../pod.ts';
import type { WorkerSite } from '../site.ts';
import { surroundings } from '../surroundings.ts';
import { workerGroup } from '../worker-names.ts';

type Environment = Pick<
  KubernetesConfig['environments'][number],
  | 'slug'
  | 'cpus'
  | 'memoryGb'
  | 'gpus'
  | 'diskGb'
  | 'storageClass'
  | 'nodeSelector'
  | 'tolerations'
  | 'mounts'
  | 'serviceAccount'
>;

/** Must be `GROUP_LABEL` of app/platform/machines/kubernetes.ts, which is not ours to import; a test holds them together. */
export const GROUP_LABEL = 'cove/group';
const FOLDER = '/var/lib/cove/jobs';
const SECRETS = '/run/cove/secrets';
const PROOF = '/run/cove/proof';
/** Seconds that an agent gets to end what it has begun. */
const GRACE = 45;

export interface TemplateChoices {
  /** The platform's image, by digest. */
  image: string;
  owner: JobOwner;
  /** Name of the worker stack, where it is one. */
  stack?: string | undefined;
}

/** What the agent is told; its pod's own name and node come by variables. */
export function workerSettings(site: WorkerSite, environment: Environment, stack?: string): WorkerSettings {
  const { cpus, memoryGb, gpus, serviceAccount, tolerations, mounts } = environment;
  return {
    role: 'worker',
    name: '',
    ...outbound(surroundings(site)),
    apiUrl: site.publicUrl,
    ...(stack !== undefined && { stack }),
    tokenFile: `${SECRETS}/token`,
    proofFile: `${PROOF}/token`,
    folder: FOLDER,
    executors: ['kubernetes'],
    pod: {
      namespace: site.namespaces.jobs,
      cpus,
      memoryGb,
      gpus,
      serviceAccount: serviceAccount ?? 'job',
      user: OUR_USER,
      labels: { ...labelsOf(site, 'job'), ...identityLabels(site, serviceAccount) },
      tolerations: tolerationsOf(tolerations),
      mounts,
    },
    slots: 1,
    dockerSocket: '',
    // Nothing of the platform is reached but its public name.
    relay: true,
    machine: { cloud: 'kubernetes', instanceId: '', spot: false },
  };
}

/** What Jobs of workers go with: nothing else ends those that run when the stack is destroyed. */
export interface JobOwner {
  apiVersion: 'v1';
  kind: 'ServiceAccount';
  name: string;
  uid: string;
}

export function workerJob(
  site: WorkerSite,
  environment: Environment,
  { image, owner }: TemplateChoices,
): object {
  const group = workerGroup(environment.slug);
  const { labels, spec } = workerPod(site, environment, image);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      generateName: `${group}-`,
      namespace: site.namespaces.jobs,
      labels,
      ownerReferences: [owner],
    },
    spec: {
      backoffLimit: 3,
      ttlSecondsAfterFinished: 300,
      template: { metadata: { labels }, spec: { ...spec, restartPolicy: 'OnFailure' } },
    },
  };
}

/** The pod of an agent; whether it is started again is its owner's. */
export function workerPod(site: WorkerSite, environment: Environment, image: string) {
  const { slug, cpus, memoryGb, diskGb, storageClass, nodeSelector, tolerations } = environment;
  const { pullSecret } = site.config.registry;
  const group = workerGroup(slug);
  const labels: Record<string, string> = { ...labelsOf(site, 'worker'), [GROUP_LABEL]: group };
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const hasAuthorities = site.certificateAuthorities.length > 0;
  return {
    labels,
    spec: {
      serviceAccountName: 'worker',
      automountServiceAccountToken: true,
      enableServiceLinks: false,
      imagePullSecrets: pullSecret === undefined ? [] : [{ name: pullSecret }],
      nodeSelector,
      tolerations: tolerationsOf(tolerations),
      securityContext: podSecurity(OUR_USER),
      terminationGracePeriodSeconds: GRACE,
      // Keeps so much of the node free; the jobs' own pods, which ask for nothing, take its place.
      initContainers: [
        {
          name: 'room',
          image,
          restartPolicy: 'Always',
          command: ['sleep', 'infinity'],
          securityContext: containerSecurity(),
          resources: resourcesOf({ cpus, memoryGb }),
        },
      ],
      containers: [
        {
          name: 'worker',
          image,
          env: [field('COVE_POD', 'metadata.name'), field('COVE_NODE', 'spec.nodeName')],
          securityContext: containerSecurity(),
          resources: {
            requests: { cpu: '100m', memory: '512Mi' },
            limits: { memory: '2048Mi' },
          },
          volumeMounts: [
            { name: 'settings', mountPath: '/etc/cove', readOnly: true },
            { name: 'folder', mountPath: FOLDER },
            { name: 'secrets', mountPath: SECRETS },
            { name: 'proof', mountPath: PROOF, readOnly: true },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
      volumes: [
        {
          name: 'settings',
          configMap: {
            name: group,
            items: ['settings.json', ...(hasAuthorities ? [fileOf(AUTHORITIES)] : [])].map((key) => ({
              key,
              path: key,
            })),
          },
        },
        {
          // Made with the pod, and gone with it: `<pod>-folder`, which the jobs' pods mount too.
          name: 'folder',
          ephemeral: {
            volumeClaimTemplate: {
              metadata: { labels },
              spec: {
                accessModes: ['ReadWriteOnce'],
                ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
                resources: { requests: { storage: `${diskGb}Gi` } },
              },
            },
          },
        },
        scratch('secrets', 'Memory'),
        {
          name: 'proof',
          projected: {
            sources: [
              {
                serviceAccountToken: { audience: site.publicUrl, path: 'token', expirationSeconds: 3600 },
              },
            ],
          },
        },
        scratch('tmp'),
      ],
    },
  };
}

const fileOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Of a ConfigMap named like the group: the Job, and what its agent is told. */
export const templateFiles = (
  site: WorkerSite,
  environment: Environment,
  choices: TemplateChoices,
): Record<string, string> => ({
  'job.json': JSON.stringify(workerJob(site, environment, choices)),
  'settings.json': JSON.stringify(workerSettings(site, environment, choices.stack)),
  ...authoritiesOf(site),
});

/** Of who is trusted besides the public ones. */
export const authoritiesOf = ({ certificateAuthorities }: WorkerSite): Record<string, string> =>
  certificateAuthorities.length === 0 ? {} : { [fileOf(AUTHORITIES)]: certificateAuthorities.join('\n') };

const tolerationsOf = (tolerations: Environment['tolerations']): Record<string, string>[] =>
  tolerations.map(({ key, operator, value, effect }) => ({
    key,
    operator,
    ...(value === undefined ? {} : { value }),
    ...(effect === undefined ? {} : { effect }),
  }));
