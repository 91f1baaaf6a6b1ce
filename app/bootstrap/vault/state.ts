import { CoveError } from '../../platform/errors.ts';
import type { VaultClient } from '../../platform/vault-client.ts';
import type { Log } from '../main.ts';
import { patiently } from '../patience.ts';

/** Waits until Vault answers. */
export async function isInitialised(client: VaultClient, log: Log): Promise<boolean> {
  const { initialized } = await patiently('Vault', log, () => client.status());
  return initialized;
}

/**
 * Its seal opens by itself, a moment after start or initialisation. Of two on one storage the second works only when the
 * first is gone; one of a cluster, under an address of its own, passes on to the one that works.
 */
export const untilActive = (client: VaultClient, address: string, log: Log): Promise<void> =>
  patiently('Vault to unseal itself', log, async () => {
    const { sealed } = await client.status();
    if (sealed)
      throw new CoveError('unavailable', 'Vault is sealed: it cannot read its seal key, or not yet');
    const { ha_enabled, is_self, leader_address } = await client.read('sys/leader').catch(unready);
    if (ha_enabled && !is_self && (!leader_address || leader_address === address))
      throw new CoveError(
        'unavailable',
        'Vault waits: another one works on the same storage, or did just now',
      );
  });

function unready(error: unknown): never {
  throw new CoveError('unavailable', (error as Error).message);
}
