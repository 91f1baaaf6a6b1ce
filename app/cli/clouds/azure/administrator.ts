/** The first credential, as the bootstrap wrote it into the installation's key vault; read with the operator's own login. */
import { z } from 'zod';
import type { AzureConfig } from '../../../../config/schema.ts';
import type { Administrator } from '../../vault.ts';
import { type Arm, openArm, tokenFor, told } from './arm.ts';

const Content = z.object({ username: z.string(), password: z.string() });
const VAULTS = 'https://vault.azure.net';

/** Address of the installation's key vault: it is told by its tag. Null: there is none. */
export async function vaultOf(name: string, config: AzureConfig, arm: Arm): Promise<string | null> {
  const group = config.given.resourceGroup ?? `cove-${name}`;
  const vaults = await arm.list<{ tags?: Record<string, string>; properties: { vaultUri: string } }>(
    `/subscriptions/${config.subscriptionId}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults`,
    '2023-07-01',
  );
  return vaults.find(({ tags }) => tags?.installation === name)?.properties.vaultUri ?? null;
}

/** Null: the installation has no such secret, or nothing was written into it yet. */
export async function administratorOf(name: string, config: AzureConfig): Promise<Administrator | null> {
  const vault = await vaultOf(name, config, openArm());
  if (vault === null) return null;
  const response = await told(`${vault.replace(/\/$/, '')}/secrets/administrator?api-version=7.4`, {
    headers: { authorization: `Bearer ${await tokenFor(VAULTS)}` },
  });
  if (response === null) return null;
  const { value } = (await response.json()) as { value: string };
  return Content.parse(JSON.parse(value));
}
