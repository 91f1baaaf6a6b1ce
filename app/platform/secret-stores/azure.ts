/** Azure Key Vault, by the machine's managed identity. Its REST API is two calls. */
import { ManagedIdentityCredential } from '@azure/identity';
import { type CloudSecrets, refusal } from './store.ts';

const SCOPE = 'https://vault.azure.net/.default';
const VERSION = 'api-version=7.4';

export function azureSecrets(settings: { vaultUrl: string; clientId?: string | undefined }): CloudSecrets {
  const { vaultUrl, clientId } = settings;
  const identity = new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
  const ask = async (secret: string, value?: string): Promise<string | null> => {
    const right = value === undefined ? 'Key Vault Secrets User' : 'Key Vault Secrets Officer';
    let response: Response;
    try {
      const { token } = await identity.getToken(SCOPE);
      response = await fetch(new URL(`/secrets/${secret}?${VERSION}`, vaultUrl), {
        method: value === undefined ? 'GET' : 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(value !== undefined && { body: JSON.stringify({ value }) }),
      });
    } catch (error) {
      throw refusal(secret, undefined, error, { right });
    }
    const text = await response.text();
    // Key Vault has no empty secrets: one that was never written is not there.
    if (response.status === 404 && value === undefined) return null;
    if (!response.ok) throw refusal(secret, response.status, new Error(text.slice(0, 300)), { right });
    return (JSON.parse(text) as { value: string }).value;
  };
  return { read: (secret) => ask(secret), write: async (secret, text) => void (await ask(secret, text)) };
}
