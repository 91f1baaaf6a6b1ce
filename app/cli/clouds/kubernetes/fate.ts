import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../../config/schema.ts';
import { type FateOf, titleOf } from '../fate.ts';

/** Of PostgreSQL and Secrets `last-backup.ts` tells, which copies them. */
export const kubernetesFate: FateOf<KubernetesConfig | KubernetesWorkersConfig> = (resource, { context }) => {
  const { id = '' } = resource;
  const kubectl = (command: string) =>
    `kubectl --context ${context} --namespace ${id.split('/')[0]} ${command}`;
  return titleOf(resource) === 'PersistentVolumeClaim storage'
    ? {
        lost: `while it runs: ${kubectl('exec deployment/api -- tar -C /var/lib/cove/storage -cf - .')} > FILE`,
      }
    : undefined;
};
