/** The operator's own secrets. They lie in Vault alone; the API may put, name and remove them, and reads none (design 3). */
import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { notFound } from '../errors.ts';
import { requireOperator } from '../rights.ts';

const FOLDER = 'custom';
export const SecretName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, ".", "_" and "-" only, at most 100');
export const SecretValue = z
  .string()
  .min(1)
  .max(64 * 1024);

/** Replaces one of the same name. */
export async function putSecret(context: Context, name: string, value: string): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    await requireOperator(tx, context, 'secret.write', `Secret ${name}`);
    await audit(tx, context, 'secret.put', { id: null }, { name });
    await context.platform.secrets.put(`${FOLDER}/${name}`, { value });
  });
}

export async function listSecrets(context: Context): Promise<string[]> {
  await requireOperator(context.platform.db, context, 'secret.list', 'Secrets');
  return context.platform.secrets.list(FOLDER);
}

/** Removes every version of it. Throws 404 where there is none. */
export async function removeSecret(context: Context, name: string): Promise<void> {
  await withTransaction(context.platform.db, async (tx) => {
    await requireOperator(tx, context, 'secret.write', `Secret ${name}`);
    if (!(await context.platform.secrets.list(FOLDER)).includes(name)) throw notFound(`Secret ${name}`);
    await audit(tx, context, 'secret.remove', { id: null }, { name });
    await context.platform.secrets.remove(`${FOLDER}/${name}`);
  });
}
