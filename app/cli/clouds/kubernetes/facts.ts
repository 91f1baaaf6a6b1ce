/** What a cluster has of what an installation needs: asked, not judged. */
import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../../config/schema.ts';
import type { Cluster, ClusterObject } from '../../../platform/cluster.ts';
import { neededFor } from './permissions.ts';

export interface Facts {
  version: string;
  /** Rights that the login lacks, as `create deployments.apps in cove-prod`. */
  lacking: string[];
  /** By name; undefined: the cluster knows no such kind. */
  gatewayClasses: string[] | undefined;
  ingressClasses: string[];
  issuers: string[] | undefined;
  storageClasses: { name: string; isDefault: boolean }[];
  /** Namespaces and Secrets that the config names and the cluster lacks, as the config calls them. */
  missing: string[];
  /** Free for pods, over all nodes that take any. */
  room: { cpus: number; memoryGb: number; gpus: number };
}

type AnyConfig = KubernetesConfig | KubernetesWorkersConfig;

export async function lookAtCluster(
  cluster: Cluster,
  config: AnyConfig,
  namespaces: { platform: string; jobs: string },
): Promise<Facts> {
  const certificate = 'joins' in config ? undefined : config.certificate;
  const issuers =
    certificate?.kind === 'managed'
      ? certificate.issuerKind === 'ClusterIssuer'
        ? '/apis/cert-manager.io/v1/clusterissuers'
        : `/apis/cert-manager.io/v1/namespaces/${namespaces.platform}/issuers`
      : undefined;
  const [version, gatewayClasses, ingressClasses, issuerNames, classes, nodes, lacking, missing] =
    await Promise.all([
      cluster.ask('/version'),
      !('joins' in config) && config.ingress.kind === 'gateway'
        ? namesOf(cluster, '/apis/gateway.networking.k8s.io/v1/gatewayclasses')
        : [],
      namesOf(cluster, '/apis/networking.k8s.io/v1/ingressclasses'),
      issuers === undefined ? [] : namesOf(cluster, issuers),
      cluster.find('/apis/storage.k8s.io/v1/storageclasses'),
      cluster.find('/api/v1/nodes').catch(() => null),
      lackingRights(cluster, namespaces, config),
      missingObjects(cluster, config, namespaces),
    ]);
  return {
    version: version.gitVersion,
    lacking,
    gatewayClasses,
    ingressClasses: ingressClasses ?? [],
    issuers: issuerNames,
    storageClasses: (classes?.items ?? []).map(({ metadata }: ClusterObject) => ({
      name: metadata.name,
      isDefault: metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true',
    })),
    missing,
    room: roomOf(nodes?.items ?? []),
  };
}

async function namesOf(cluster: Cluster, path: string): Promise<string[] | undefined> {
  const found = await cluster.find(path);
  return found === null ? undefined : found.items.map(({ metadata }: ClusterObject) => metadata.name);
}

async function lackingRights(
  cluster: Cluster,
  namespaces: { platform: string; jobs: string },
  config: AnyConfig,
): Promise<string[]> {
  const wanted = [
    ...(config.given.namespaces === undefined
      ? [{ verb: 'create', group: '', resource: 'namespaces', namespace: '' }]
      : []),
    ...neededFor(config).flatMap(({ group, resources, verbs, spaces }) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          spaces.map((space) => ({ verb, group, resource, namespace: namespaces[space] })),
        ),
      ),
    ),
  ];
  const answers = await Promise.all(
    wanted.map(async (resourceAttributes) => {
      const { status } = await cluster.ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        method: 'POST',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes },
        },
      });
      return { ...resourceAttributes, allowed: status.allowed === true };
    }),
  );
  return answers
    .filter(({ allowed }) => !allowed)
    .map(({ verb, group, resource, namespace }) =>
      [`${verb} ${resource}${group === '' ? '' : `.${group}`}`, namespace && `in ${namespace}`]
        .filter(Boolean)
        .join(' '),
    );
}

async function missingObjects(
  cluster: Cluster,
  config: AnyConfig,
  { platform, jobs }: { platform: string; jobs: string },
): Promise<string[]> {
  const { given, registry, environments } = config;
  const claims = new Set(environments.flatMap(({ mounts }) => mounts.map(({ claim }) => claim)));
  const secret = (name: string, namespace: string) => [
    `Secret ${name} in namespace ${namespace}`,
    `/api/v1/namespaces/${namespace}/secrets/${name}`,
  ];
  const wanted = [
    ...(given.namespaces === undefined
      ? []
      : [platform, jobs].map((name) => [`namespace ${name}`, `/api/v1/namespaces/${name}`])),
    ...(registry.pullSecret === undefined
      ? []
      : [secret(registry.pullSecret, platform), secret(registry.pullSecret, jobs)]),
    ...registry.jobPullSecrets.map((name) => secret(name, jobs)),
    ...[...claims].map((name) => [
      `PersistentVolumeClaim ${name} in namespace ${jobs}`,
      `/api/v1/namespaces/${jobs}/persistentvolumeclaims/${name}`,
    ]),
    ...('joins' in config ? [] : secretsOf(config).map((name) => secret(name, platform))),
  ];
  const found = await Promise.all(
    wanted.map(async ([what = '', path = '']) => ({ what, there: (await cluster.find(path)) !== null })),
  );
  return found.filter(({ there }) => !there).map(({ what }) => what);
}

/** Secrets of the operator's own that the platform's pods read. */
const secretsOf = ({ certificate, database, queue, vault }: KubernetesConfig): string[] => [
  ...(certificate.kind === 'given' ? [certificate.secret] : []),
  ...(database.kind === 'existing' ? [database.passwordSecret] : []),
  ...(queue.kind === 'existing' ? [queue.passwordSecret] : []),
  ...(vault.kind === 'existing' ? [vault.appRoleSecret] : []),
];

function roomOf(nodes: ClusterObject[]): Facts['room'] {
  const open = nodes.filter(({ spec }) => spec?.unschedulable !== true);
  const sum = (what: string, read: (text: string) => number) =>
    open.reduce((total, { status }) => total + read(String(status?.allocatable?.[what] ?? '0')), 0);
  return { cpus: sum('cpu', cpusOf), memoryGb: sum('memory', gibOf), gpus: sum('nvidia.com/gpu', Number) };
}

/** `3920m` → 3.92 */
export const cpusOf = (text: string): number =>
  text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text);
const UNITS: Record<string, number> = {
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  K: 1e3,
  M: 1e6,
  G: 1e9,
};
/** `16Gi`, `15892324Ki` → GiB */
export function gibOf(text: string): number {
  const [, number = '0', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  return (Number(number) * (UNITS[unit] ?? 1)) / 2 ** 30;
}
