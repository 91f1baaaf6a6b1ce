/** The first credential, as the bootstrap wrote it into Secrets Manager; read with the operator's own login. */
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { AwsConfig } from '../../../../config/schema.ts';
import type { Administrator } from '../../vault.ts';
import { asked } from './trouble.ts';

const Content = z.object({ username: z.string(), password: z.string() });

/** Null: the installation has no such entry, or nothing was written into it yet. */
export async function administratorOf(name: string, { region }: AwsConfig): Promise<Administrator | null> {
  const client = new SecretsManagerClient({ region });
  const prefix = `cove-${name}/administrator-`;
  const { SecretList = [] } = await asked(
    client.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }] })),
  );
  const [entry] = SecretList.filter(({ Name, DeletedDate }) => Name?.startsWith(prefix) && !DeletedDate).sort(
    (a, b) => Number(b.CreatedDate) - Number(a.CreatedDate),
  );
  if (entry === undefined) return null;
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: entry.ARN }));
    return Content.parse(JSON.parse(SecretString));
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null;
    return asked(Promise.reject(error));
  }
}
