/** Step `vault`: initialised, with the secret engine, a policy and a login per identity, and no root token left. */
import { CoveError } from '../../platform/errors.ts';
import { explain, MOUNT } from '../../platform/vault.ts';
import { type VaultClient, vaultClient } from '../../platform/vault-client.ts';
import type { BootstrapSettings } from '../../settings.ts';
import { prepareVaultStorage } from '../database.ts';
import type { Log } from '../main.ts';
import { patiently } from '../patience.ts';
import type { Keep } from '../secret-store.ts';
import { administratorToken } from './administrator-token.ts';
import { IDENTITIES, POLICIES, vaultName } from './identities.ts';
import { ensureLogin } from './logins.ts';
import { forgetRootToken } from './recovery.ts';
import { untilActive } from './state.ts';

/** A service that goes on renewing keeps its token; one that is gone loses it after this. */
const TOKEN_PERIOD = '1h';

export async function prepareVault(settings: BootstrapSettings, log: Log, keep: Keep): Promise<void> {
  await prepare(settings, log, keep).catch(explain);
}

async function prepare(settings: BootstrapSettings, log: Log, keep: Keep): Promise<void> {
  // An interrupted restart of Vault's storage may have left its role without login.
  await patiently('PostgreSQL', log, () => prepareVaultStorage(settings));
  const client = vaultClient(settings.vault);
  const { token, root } = await administratorToken(client, settings, log, keep);
  client.token = token;
  await untilActive(client, settings.vault.address, log);
  if (root) await mount(client);
  for (const identity of IDENTITIES) {
    const name = vaultName(identity);
    await client.write(`sys/policies/acl/${name}`, { policy: POLICIES[identity] });
    const role = {
      token_policies: name,
      token_period: TOKEN_PERIOD,
      secret_id_ttl: 0,
      secret_id_num_uses: 0,
    };
    await client.write(`auth/approle/role/${name}`, role);
  }
  // The operator's comes last: where it works, everything before it was done.
  for (const identity of IDENTITIES) {
    const file = settings.vault.appRoleFiles[identity];
    await ensureLogin(client, settings.vault, vaultName(identity), file, keep);
  }
  if (root) await client.tokenRevokeSelf();
  await forgetRootToken(settings.vault.recoveryFile, keep);
  log('Vault: initialised; policies and logins are ready');
}

async function mount(client: VaultClient): Promise<void> {
  const mounts = (await client.mounts()).data;
  if (!mounts[`${MOUNT}/`]) {
    await client.write(`sys/mounts/${MOUNT}`, { type: 'kv', options: { version: '2' } });
  }
  const methods = (await client.auths()).data;
  if (!methods['approle/']) await client.write('sys/auth/approle', { type: 'approle' });
  // A mount just made upgrades itself to version 2 for a moment.
  await patiently(
    'the secret engine',
    () => {},
    () => client.read(`${MOUNT}/config`).catch(unready),
  );
}

function unready(error: unknown): never {
  throw new CoveError('unavailable', (error as Error).message);
}
