/** The operator's own login to Vault: the administrator's password and the installation's custom secrets. */
import { readFile } from 'node:fs/promises';
import type { SecretStore } from '../platform/vault.ts';
import { CliError } from './errors.ts';
import type { Places } from './installation.ts';

export async function withVault<T>(places: Places, work: (secrets: SecretStore) => Promise<T>): Promise<T> {
  // Loaded only where it is needed: its HTTP client alone takes a tenth of a second.
  const { connectVault } = await import('../platform/vault.ts');
  const secrets = await connectVault({
    address: await vaultAddress(places),
    appRoleFile: places.operatorRole,
  });
  try {
    return await work(secrets);
  } finally {
    await secrets.close();
  }
}

async function vaultAddress(places: Places): Promise<string> {
  try {
    const { vault } = JSON.parse(await readFile(places.bootstrapSettings, 'utf8'));
    return vault.address;
  } catch {
    throw new CliError(`There is no complete installation in ${places.folder}.`, {
      todo: '`npx cove up` makes it.',
    });
  }
}

export interface Administrator {
  username: string;
  password: string;
}
export const administrator = (places: Places): Promise<Administrator> =>
  withVault(
    places,
    async (secrets) => (await secrets.get('operator/administrator')) as unknown as Administrator,
  );
