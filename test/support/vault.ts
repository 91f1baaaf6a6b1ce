/** The shared Vault, with the same mounts that bootstrap makes, and one login that may do everything below them. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectVault, MOUNT, type SecretStore, type VaultSettings } from '../../app/platform/vault.ts';
import { statusOf, type VaultClient, vaultClient } from '../../app/platform/vault-client.ts';
import { sharedService } from './services.ts';
import { ROOT_TOKEN } from './vault-server.ts';

export interface TestVault {
  secrets: SecretStore;
  settings: VaultSettings;
  /** May do everything. */
  root: VaultClient;
  /** Role of this test's own, behind `settings.appRoleFile`. */
  role: string;
  close(): Promise<void>;
}

/** `address`: of a server of the test's own, started by `startVault`. */
export async function testVault(
  options: { address?: string; tokenPeriod?: string } = {},
): Promise<TestVault> {
  const address = options.address ?? (await sharedService('vault')).address;
  const root = vaultClient({ address });
  root.token = ROOT_TOKEN;
  await prepare(root);
  const role = `test-${randomBytes(6).toString('hex')}`;
  const period = options.tokenPeriod ?? '1h';
  await root.write(`auth/approle/role/${role}`, { token_policies: 'test', token_period: period });
  const folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
  const appRoleFile = join(folder, 'approle.json');
  await writeAppRole(root, role, appRoleFile);
  const settings = { address, appRoleFile };
  const secrets = await connectVault(settings);
  return {
    secrets,
    settings,
    root,
    role,
    async close() {
      await secrets.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes a new login; earlier secret-ids stay valid. */
export async function writeAppRole(root: VaultClient, role: string, file: string): Promise<void> {
  const { role_id } = (await root.read(`auth/approle/role/${role}/role-id`)).data;
  const { secret_id } = (await root.write(`auth/approle/role/${role}/secret-id`, {})).data;
  await writeFile(file, JSON.stringify({ role_id, secret_id }), { mode: 0o600 });
}

/** Mounts are made once per server; whoever comes second finds them. */
async function prepare(root: VaultClient): Promise<void> {
  const exists = (error: unknown) => {
    if (statusOf(error) !== 400) throw error;
  };
  await root.write(`sys/mounts/${MOUNT}`, { type: 'kv', options: { version: '2' } }).catch(exists);
  await root.write('sys/auth/approle', { type: 'approle' }).catch(exists);
  await root.write('sys/policies/acl/test', {
    policy: `path "${MOUNT}/*" { capabilities = ["create", "read", "update", "delete", "list"] }`,
  });
}
