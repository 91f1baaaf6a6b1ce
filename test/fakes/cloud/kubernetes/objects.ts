/** Objects of Kubernetes as the `kubernetes` provider takes them: where each lies, and what makes another one of it. Pure. */
import type { Properties } from '../../../../components/provider/kind.ts';

interface Metadata {
  name?: string;
  namespace?: string;
  [other: string]: unknown;
}
export const metadataOf = (inputs: Properties): Metadata => (inputs.metadata ?? {}) as Metadata;

/** `namespace/name`, as the provider names its things; without a namespace the name alone. */
export function idOf(inputs: Properties): string {
  const { name, namespace } = metadataOf(inputs);
  return namespace === undefined ? String(name) : `${namespace}/${name}`;
}

/**
 * Paths of a kind whose change makes another object: `provider/pkg/clients/force_new_properties` of the provider, and
 * what the API server calls immutable.
 */
const FORCE_NEW: Record<string, string[]> = {
  Deployment: ['spec.selector'],
  StatefulSet: ['spec.selector', 'spec.serviceName', 'spec.podManagementPolicy', 'spec.volumeClaimTemplates'],
  DaemonSet: ['spec.selector'],
  Job: ['spec.selector', 'spec.template', 'spec.completions'],
  PersistentVolumeClaim: ['spec.accessModes', 'spec.storageClassName', 'spec.volumeName', 'spec.selector'],
  Secret: ['type'],
  RoleBinding: ['roleRef'],
  ClusterRoleBinding: ['roleRef'],
  StorageClass: ['parameters', 'provisioner', 'reclaimPolicy'],
};
const ALWAYS = ['apiVersion', 'kind', 'metadata.name', 'metadata.namespace'];

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, key) => (part as Properties | undefined)?.[key], value);

/** Paths, of those that make another object, which differ. */
export function replacing(type: string, olds: Properties, news: Properties): string[] {
  const kind = type.split(':').at(-1) ?? '';
  return [...ALWAYS, ...(FORCE_NEW[kind] ?? [])].filter(
    (path) => JSON.stringify(at(olds, path)) !== JSON.stringify(at(news, path)),
  );
}
