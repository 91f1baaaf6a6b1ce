/** Secrets of the namespace that the pod runs in, by its service account. */
import { Cluster, type ClusterAddress, type ClusterObject, ClusterRefusal, ownCluster } from '../cluster.ts';
import { type CloudSecrets, refusal } from './store.ts';

/** A secret is named `secret/key`. */
export async function kubernetesSecrets(
  { namespace }: { namespace: string },
  address?: ClusterAddress,
): Promise<CloudSecrets> {
  const cluster = new Cluster(address ?? (await ownCluster()));
  const pathOf = (name: string) => `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const refused = (secret: string, right: string) => (error: unknown) => {
    const status = error instanceof ClusterRefusal ? error.status : undefined;
    throw refusal(secret, status, error, { right });
  };
  return {
    async read(secret) {
      const [name = '', key = ''] = secret.split('/');
      const found: ClusterObject = await cluster.ask(pathOf(name)).catch(refused(secret, '`get` on Secrets'));
      const value: string | undefined = found.data?.[key];
      return value === undefined || value === '' ? null : Buffer.from(value, 'base64').toString('utf8');
    },
    async write(secret, text) {
      const [name = '', key = ''] = secret.split('/');
      const data = { [key]: Buffer.from(text, 'utf8').toString('base64') };
      await cluster
        .ask(pathOf(name), { method: 'PATCH', body: { data } })
        .catch(refused(secret, '`patch` on Secrets'));
    },
  };
}
