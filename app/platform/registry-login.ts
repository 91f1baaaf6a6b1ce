/** A short-lived login to the installation's own registry, by this machine's identity; for machines that join. */
import type { RegistryLoginSettings } from '../settings.ts';
import { type AssumedRole, assumeRole } from './assume-role.ts';
import { CoveError } from './errors.ts';

export interface RegistryLogin {
  host: string;
  username: string;
  password: string;
}

/** Null where the registry asks for none. Throws `unavailable` where the cloud gives none now. */
export async function registryLogin(settings: RegistryLoginSettings): Promise<RegistryLogin | null> {
  try {
    switch (settings.kind) {
      case 'aws':
        return { host: settings.host, ...(await ecrLogin(settings)) };
      case 'gcp':
        return { host: settings.host, username: 'oauth2accesstoken', password: await byGoogle() };
      case 'azure':
        return { host: settings.host, username: AZURE_USER, password: await byAzure(settings) };
      case 'none':
        return null;
    }
  } catch (error) {
    const message = `No login to the registry is to be had now: ${(error as Error).message}`;
    throw new CoveError('unavailable', message, { cause: error });
  }
}

export interface EcrAccess {
  region: string;
  /** Without: AWS's own. */
  endpoint?: string | undefined;
  /** Without: this machine's identity. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** Asks as this role. */
  role?: AssumedRole;
}

/** Valid for 12 hours. */
export async function ecrLogin({ region, endpoint, credentials, role }: EcrAccess) {
  const { ECRClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const client = new ECRClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(role ? { credentials: () => assumeRole(role, { region }) } : credentials && { credentials }),
  });
  const { authorizationData } = await client
    .send(new GetAuthorizationTokenCommand({}))
    .finally(() => client.destroy());
  const token = authorizationData?.[0]?.authorizationToken ?? '';
  const [username, ...rest] = Buffer.from(token, 'base64').toString().split(':');
  if (!username || rest.length === 0) throw new Error('ECR gave no token');
  return { username, password: rest.join(':') };
}

async function byGoogle(): Promise<string> {
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/devstorage.read_only' });
  const token = await auth.getAccessToken();
  if (!token) throw new Error('Google gave no token');
  return token;
}

/** The name that Azure's registry takes with a token. */
const AZURE_USER = '00000000-0000-0000-0000-000000000000';

async function byAzure({
  host,
  clientId,
}: Extract<RegistryLoginSettings, { kind: 'azure' }>): Promise<string> {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  const identity = new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
  const { token } = await identity.getToken('https://management.azure.com/.default');
  const response = await fetch(`https://${host}/oauth2/exchange`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'access_token', service: host, access_token: token }),
  });
  if (!response.ok) throw new Error(`${host} answers ${response.status} to the exchange of tokens`);
  return ((await response.json()) as { refresh_token: string }).refresh_token;
}
