/**
 * The recovery file: from the moment of initialisation `{"recovery_key", "root_token"}`, afterwards the key alone.
 * As long as the root token is in it, an interrupted bootstrap can go on.
 */
import { CoveError } from '../../platform/errors.ts';
import { statusOf, type VaultClient } from '../../platform/vault-client.ts';
import { findSecretJson } from '../secret-file.ts';
import type { Keep } from '../secret-store.ts';

export interface Recovery {
  recovery_key: string;
  root_token?: string;
}

export const findRecovery = async (file: string) => (await findSecretJson(file)) as Recovery | null;
export const writeRecovery = (file: string, recovery: Recovery, keep: Keep) =>
  keep(file, `${JSON.stringify(recovery)}\n`);

export async function forgetRootToken(file: string, keep: Keep): Promise<void> {
  const recovery = await findRecovery(file);
  if (recovery?.root_token !== undefined)
    await writeRecovery(file, { recovery_key: recovery.recovery_key }, keep);
}

/** Whether Vault still knows the token. */
export async function isAlive(client: VaultClient, token: string): Promise<boolean> {
  const before = client.token;
  client.token = token;
  try {
    await client.tokenLookupSelf();
    return true;
  } catch (error) {
    if (statusOf(error) === 403) return false;
    throw error;
  } finally {
    client.token = before;
  }
}

/** A new root token by the recovery key, for when every login was lost. */
export async function rootTokenByRecoveryKey(client: VaultClient, key: string): Promise<string> {
  try {
    // An attempt that was interrupted would be in the way.
    await client.delete('sys/generate-root/attempt');
  } catch (error) {
    if (!/unsupported operation/.test((error as Error).message)) throw error;
    throw new CoveError(
      'conflict',
      "The operator's login to Vault is lost, and Vault's listener does not let the recovery key make a new one: " +
        'start Vault with `disable_unauthed_generate_root_endpoints = false` in its listener and run this again',
    );
  }
  const { nonce, otp } = await client.write('sys/generate-root/attempt', {});
  const { encoded_token } = await client.write('sys/generate-root/update', { key, nonce });
  return decodeToken(encoded_token, otp);
}

/** Vault masks the token with the one-time password it gave at the start. Pure. */
export function decodeToken(encoded: string, otp: string): string {
  const masked = Buffer.from(encoded, 'base64');
  const mask = Buffer.from(otp);
  return Buffer.from(masked.map((byte, index) => byte ^ (mask[index] ?? 0))).toString();
}
