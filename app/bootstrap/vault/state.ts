import { CoveError } from '../../platform/errors.ts';
import type { VaultClient } from '../../platform/vault-client.ts';
import type { Log } from '../main.ts';
import { patiently } from '../patience.ts';

/** Waits until Vault answers. */
export async function isInitialised(client: VaultClient, log: Log): Promise<boolean> {
  const { initialized } = await patiently('Vault', log, () => client.status());
  return initialized;
}

/** Its seal opens by itself, a moment after start or initialisation. */
export const untilUnsealed = (client: VaultClient, log: Log): Promise<void> =>
  patiently('Vault to unseal itself', log, async () => {
    const { sealed } = await client.status();
    if (sealed)
      throw new CoveError('unavailable', 'Vault is sealed: it cannot read its seal key, or not yet');
  });
