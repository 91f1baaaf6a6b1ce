/** Variables whose secret values lie together at one place in Vault, and nowhere else (design 3). */
import { z } from 'zod';
import type { SecretStore } from '../platform/vault.ts';

export const VariableName = z
  .string()
  .regex(/^[A-Za-z_-][A-Za-z0-9_-]{0,199}$/, 'Letters, digits, _ and - only, and no digit first.');
export const SetVariable = z.object({
  name: VariableName,
  value: z.string().max(64 * 1024),
  secret: z.boolean().default(false),
});

export interface StoredVariable {
  name: string;
  /** Null for a secret one. */
  value: string | null;
  secret: boolean;
}
export interface KnownVariable extends StoredVariable {
  value: string;
}

/** Sets and, where null, takes away values at a place that is written whole: to be called under its owner's lock. */
export async function changeSecrets(
  secrets: SecretStore,
  path: string,
  changes: Record<string, string | null>,
): Promise<void> {
  const before = (await secrets.find(path, { fresh: true })) ?? {};
  const after = Object.entries({ ...before, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  if (after.length > 0) await secrets.put(path, Object.fromEntries(after));
  else await secrets.remove(path);
}

/** With the values of the secret ones, for a claim and nothing else; Vault is asked only where there are any. */
export async function reveal(
  secrets: SecretStore,
  path: string,
  variables: readonly StoredVariable[],
): Promise<KnownVariable[]> {
  const hidden = variables.some(({ secret }) => secret) ? ((await secrets.find(path)) ?? {}) : {};
  return variables.flatMap(({ name, value, secret }) => {
    const known = secret ? hidden[name] : value;
    return known === undefined || known === null ? [] : [{ name, value: known, secret }];
  });
}
