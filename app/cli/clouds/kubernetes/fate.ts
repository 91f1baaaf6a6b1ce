import type { KubernetesConfig, KubernetesWorkersConfig } from '../../../../config/schema.ts';
import { type FateOf, titleOf } from '../fate.ts';

export const kubernetesFate: FateOf<KubernetesConfig | KubernetesWorkersConfig> = (resource, { context }) => {
  const { id = '' } = resource;
  const kubectl = (command: string) =>
    `kubectl --context ${context} --namespace ${id.split('/')[0]} ${command}`;
  switch (titleOf(resource)) {
    case 'PersistentVolumeClaim database':
      return {
        lost: `while it runs: ${kubectl(
          `exec statefulset/database -- sh -c 'PGPASSWORD="$(cat "$POSTGRES_PASSWORD_FILE")" pg_dumpall --host 127.0.0.1 --username "$POSTGRES_USER"'`,
        )} > FILE`,
      };
    case 'PersistentVolumeClaim storage':
      return {
        lost: `while it runs: ${kubectl('exec deployment/api -- tar -C /var/lib/cove/storage -cf - .')} > FILE`,
      };
    case 'Secret vault-seal':
      return {
        lost: `it opens what Vault holds in PostgreSQL: ${kubectl('get secret vault-seal --output yaml')} > FILE`,
      };
    default:
      return undefined;
  }
};
