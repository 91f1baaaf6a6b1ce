/** Whatever still opens Vault, in the order of least power; on the very first run, its initialisation. */
import { CoveError } from '../../platform/errors.ts';
import type { VaultClient } from '../../platform/vault-client.ts';
import type { BootstrapSettings } from '../../settings.ts';
import type { Log } from '../main.ts';
import type { Keep } from '../secret-store.ts';
import { logIn } from './logins.ts';
import { findRecovery, isAlive, rootTokenByRecoveryKey, writeRecovery } from './recovery.ts';
import { isInitialised, untilActive } from './state.ts';
import { restartUnusedVault, wasUsed } from './unused.ts';

export interface AdministratorToken {
  token: string;
  root: boolean;
}

export async function administratorToken(
  client: VaultClient,
  settings: BootstrapSettings,
  log: Log,
  keep: Keep,
): Promise<AdministratorToken> {
  const { recoveryFile, appRoleFiles } = settings.vault;
  const recovery = await findRecovery(recoveryFile);
  if (!(await isInitialised(client, log))) return initialise(client, settings, log, keep);
  await untilActive(client, settings.vault.address, log);

  if (recovery?.root_token && (await isAlive(client, recovery.root_token))) {
    return { token: recovery.root_token, root: true };
  }
  const token = await logIn(settings.vault, appRoleFiles.operator);
  if (token !== null) return { token, root: false };
  if (recovery) {
    log("Vault: the operator's login is lost; a new one is made with the recovery key");
    const root_token = await rootTokenByRecoveryKey(client, recovery.recovery_key);
    await writeRecovery(recoveryFile, { ...recovery, root_token }, keep);
    return { token: root_token, root: true };
  }
  if (await wasUsed(settings)) {
    throw new CoveError(
      'conflict',
      `Vault holds this installation's secrets, but neither the operator's login (${appRoleFiles.operator}) ` +
        `nor the recovery key (${recoveryFile}) is there: put one of them back, from a backup of the keys`,
    );
  }
  log('Vault: its initialisation was interrupted before anything was put into it; it starts anew');
  await restartUnusedVault(client, settings, log);
  return initialise(client, settings, log, keep);
}

/** Its answer is given once: it is kept before anything else happens. */
async function initialise(
  client: VaultClient,
  settings: BootstrapSettings,
  log: Log,
  keep: Keep,
): Promise<AdministratorToken> {
  const answer = await client.write('sys/init', { recovery_shares: 1, recovery_threshold: 1 });
  const [recovery_key] = answer.recovery_keys_base64;
  await writeRecovery(settings.vault.recoveryFile, { recovery_key, root_token: answer.root_token }, keep);
  log(`Vault: initialised; its recovery key is in ${settings.vault.recoveryFile}`);
  return { token: answer.root_token, root: true };
}
