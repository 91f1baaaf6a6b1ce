/** The operator's own secrets: on this machine in Vault itself, elsewhere through the API, which reads none back. */
import type { AnyInstallation } from './installation.ts';
import { isCloud } from './installation.ts';
import { withVault } from './vault.ts';

export interface Secrets {
  put(name: string, value: string): Promise<void>;
  list(): Promise<string[]>;
  remove(name: string): Promise<void>;
}
const FOLDER = 'custom';

export async function withSecrets<T>(
  installation: AnyInstallation,
  work: (secrets: Secrets) => Promise<T>,
): Promise<T> {
  if (!isCloud(installation)) {
    return withVault(installation.places, (vault) =>
      work({
        put: (name, value) => vault.put(`${FOLDER}/${name}`, { value }),
        list: () => vault.list(FOLDER),
        remove: (name) => vault.remove(`${FOLDER}/${name}`),
      }),
    );
  }
  const { asAdministrator } = await import('./cloud-verbs/reach.ts');
  return asAdministrator(installation, (api) =>
    work({
      put: (name, value) => api.send('PUT', `/api/v0/secrets/${name}/`, { value }),
      list: async () => (await api.get<{ secrets: string[] }>('/api/v0/secrets/')).secrets,
      remove: (name) => api.send('DELETE', `/api/v0/secrets/${name}/`),
    }),
  );
}
