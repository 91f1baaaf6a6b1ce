/** The AppRole logins by which services prove who they are: 0600 files `{"role_id", "secret_id"}`. */
import { statusOf, type VaultAddress, type VaultClient, vaultClient } from '../../platform/vault-client.ts';
import { findSecretJson } from '../secret-file.ts';
import type { Keep } from '../secret-store.ts';

/** Writes a new login where the file is missing or refused; earlier ones of the role then stop working. */
export async function ensureLogin(
  administrator: VaultClient,
  address: VaultAddress,
  role: string,
  file: string,
  keep: Keep,
): Promise<void> {
  const token = await logIn(address, file);
  if (token !== null) return revoke(address, token);
  const path = `auth/approle/role/${role}`;
  const before = await accessors(administrator, path);
  const { role_id } = (await administrator.read(`${path}/role-id`)).data;
  const { secret_id } = (await administrator.write(`${path}/secret-id`, {})).data;
  await keep(file, `${JSON.stringify({ role_id, secret_id })}\n`);
  for (const secret_id_accessor of before) {
    await administrator.write(`${path}/secret-id-accessor/destroy`, { secret_id_accessor });
  }
}

/** A token by the login in the file; null where there is none, or Vault refuses it. */
export async function logIn(address: VaultAddress, file: string): Promise<string | null> {
  const login = await findSecretJson(file);
  if (!login?.role_id || !login.secret_id) return null;
  const { role_id, secret_id } = login;
  try {
    return (await vaultClient(address).approleLogin({ role_id, secret_id })).auth.client_token;
  } catch (error) {
    const status = statusOf(error);
    // 404: the login method is not mounted yet.
    if (status === 400 || status === 403 || status === 404) return null;
    throw error;
  }
}

export async function revoke(address: VaultAddress, token: string): Promise<void> {
  const client = vaultClient(address);
  client.token = token;
  await client.tokenRevokeSelf();
}

async function accessors(administrator: VaultClient, path: string): Promise<string[]> {
  try {
    return (await administrator.list(`${path}/secret-id`)).data.keys;
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}
