/** Opens a bucket that somebody named, with the credentials that it came with. */
import { z } from 'zod';
import { invalid } from '../errors.ts';
import type { StoreType } from '../words.ts';
import { guardEndpoint, isTrustedEndpoint } from './endpoint-guard.ts';
import type { ObjectStore } from './store.ts';

/** What is known of a bucket beside its credentials. */
export interface StoreConfiguration {
  /** Of Azure: the container. */
  bucket: string;
  region?: string | undefined;
  endpoint_url?: string | undefined;
  /** Of AWS: work as this role. */
  role_arn?: string | undefined;
  /** Of Azure. */
  account_name?: string | undefined;
}
export interface NamedStore {
  type: Exclude<StoreType, 'installation'>;
  configuration: StoreConfiguration;
  /** As Vault has them; null: there are none, and the installation's own identity is asked. */
  credentials: Record<string, string> | null;
  /** Told to AWS when a role is assumed. */
  externalId: string;
}

/** Azure's clouds, each with addresses of its own. */
const AZURE = /^https:\/\/[a-z0-9]{3,24}\.blob\.core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/;

/** `trusted`: hosts within internal networks that the operator allows. Connects to nothing yet but DNS. */
export async function openNamed(
  { type, configuration, credentials, externalId }: NamedStore,
  trusted: readonly string[],
): Promise<ObjectStore> {
  const { bucket, region = 'us-east-1', endpoint_url: endpoint, role_arn, account_name = '' } = configuration;
  switch (type) {
    case 's3': {
      const { openS3, S3Credentials } = await import('./s3.ts');
      const lookup = endpoint === undefined ? undefined : await guardEndpoint(endpoint, trusted);
      const role = role_arn === undefined ? undefined : { arn: role_arn, externalId };
      return openS3({
        bucket,
        region,
        endpoint,
        lookup,
        role,
        credentials: read(S3Credentials, credentials),
      });
    }
    case 'google': {
      const { openGcs, GcsCredentials } = await import('./gcs.ts');
      requireTrusted(endpoint, trusted);
      return openGcs({ bucket, endpoint, credentials: read(GcsCredentials, credentials) });
    }
    case 'azure': {
      const { openAzure, AzureCredentials } = await import('./azure.ts');
      if (endpoint === undefined || !AZURE.test(endpoint.replace(/\/$/, '')))
        requireTrusted(endpoint?.replace(/^(https?:\/\/[^/]+)\/.*$/, '$1'), trusted);
      return openAzure({
        account: account_name,
        bucket,
        endpoint,
        credentials: read(AzureCredentials, credentials),
      });
    }
  }
}

/** These SDKs resolve names by themselves: an address of one's own is the operator's to allow. */
function requireTrusted(endpoint: string | undefined, trusted: readonly string[]): void {
  if (endpoint === undefined || isTrustedEndpoint(endpoint, trusted)) return;
  throw invalid(
    'endpoint_url',
    `${endpoint} is not an address of this cloud. An operator can allow it in the configuration (trustedStoreHosts).`,
  );
}

/** Never shows what it read. */
function read<T extends z.ZodType>(schema: T, given: object | null): z.infer<T> | undefined {
  if (given === null) return undefined;
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalid('configuration', `The credentials are not complete: ${z.prettifyError(parsed.error)}`);
}
