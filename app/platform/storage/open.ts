/** Opens the installation's object store. The SDK of a kind is loaded only where that kind is asked for. */
import { z } from 'zod';
import { CoveError } from '../errors.ts';
import { twoBuckets } from './buckets.ts';
import { openFsStore } from './fs.ts';
import type { ObjectStore } from './store.ts';

interface Buckets {
  platformBucket: string;
  dataBucket: string;
  endpoint?: string | undefined;
  credentials: 'machine' | 'vault';
}
/** As `StorageSettings` of app/settings.ts. */
export type StorageAddress =
  | { kind: 'fs'; folder: string }
  | ({ kind: 's3'; region: string } & Buckets)
  | ({ kind: 'gcs' } & Buckets)
  | ({ kind: 'azure'; account: string } & Buckets);

/** `secret`: reads a value of the service's own from Vault. */
export async function openStorage(
  address: StorageAddress,
  secret: (name: 'store_signing_key' | 'storage_credentials') => Promise<string>,
): Promise<ObjectStore> {
  if (address.kind === 'fs')
    return openFsStore({ folder: address.folder, signingKey: await secret('store_signing_key') });
  const given = address.credentials === 'vault' ? await secret('storage_credentials') : undefined;
  const open = await opener(address, given);
  const { platformBucket, dataBucket } = address;
  return twoBuckets(await open(platformBucket), await open(dataBucket));
}

async function opener(
  address: Exclude<StorageAddress, { kind: 'fs' }>,
  given: string | undefined,
): Promise<(bucket: string) => ObjectStore | Promise<ObjectStore>> {
  switch (address.kind) {
    case 's3': {
      const { openS3, S3Credentials } = await import('./s3.ts');
      const credentials = read(S3Credentials, given);
      return (bucket) => openS3({ ...address, bucket, credentials });
    }
    case 'gcs': {
      const { openGcs, GcsCredentials } = await import('./gcs.ts');
      const credentials = read(GcsCredentials, given);
      return (bucket) => openGcs({ ...address, bucket, credentials });
    }
    case 'azure': {
      const { openAzure, AzureCredentials } = await import('./azure.ts');
      const credentials = read(AzureCredentials, given);
      return (bucket) => openAzure({ ...address, bucket, credentials });
    }
  }
}

/** Never shows what it read. */
function read<T extends z.ZodType>(schema: T, given: string | undefined): z.infer<T> | undefined {
  if (given === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    throw new CoveError('invalid', 'storage_credentials in Vault is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CoveError('invalid', `storage_credentials in Vault: ${z.prettifyError(parsed.error)}`);
}
