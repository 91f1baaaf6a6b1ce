/** Work as the administrator, wherever the installation is. */
import { type ApiClient, signedIn } from './api-client.ts';
import { type AnyInstallation, isCloud } from './installation.ts';
import { administrator } from './vault.ts';

/** Opens a session for `work` alone, with the credential from Vault or from the cloud's secret store. */
export async function actAsAdministrator<T>(
  installation: AnyInstallation,
  work: (api: ApiClient) => Promise<T>,
): Promise<T> {
  if (isCloud(installation)) {
    const { asAdministrator } = await import('./cloud-verbs/reach.ts');
    return asAdministrator(installation, work);
  }
  return signedIn(installation.urls.local, await administrator(installation.places), work);
}
