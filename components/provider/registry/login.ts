/** Who we are at a registry. Credentials are got when they are needed and kept nowhere: the state names only where from. */
import { readFile } from 'node:fs/promises';
import { request } from 'undici';
import { z } from 'zod';

export interface Credentials {
  username: string;
  password: string;
}

/**
 * `none`: anonymous. `file`: a file with `{"username": …, "password": …}`. `aws`: ECR, with the operator's own login
 * (`ecr:GetAuthorizationToken`). `azure`: Azure Container Registry, with the operator's own login (AcrPush).
 * `gcp`: Artifact Registry, with the operator's own login (Artifact Registry Writer).
 */
export const Login = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('file'), path: z.string().startsWith('/') }),
  z.strictObject({ kind: z.literal('azure'), host: z.string().min(1) }),
  z.strictObject({ kind: z.literal('gcp') }),
  z.strictObject({ kind: z.literal('aws'), region: z.string().min(1), endpoint: z.url().optional() }),
]);
export type Login = z.infer<typeof Login>;

export async function credentialsOf(login: Login): Promise<Credentials | null> {
  switch (login.kind) {
    case 'none':
      return null;
    case 'file':
      return z
        .object({ username: z.string(), password: z.string() })
        .parse(JSON.parse(await readFile(login.path, 'utf8')));
    case 'aws':
      return ecr(login);
    case 'azure':
      return acr(login);
    case 'gcp':
      return artifactRegistry();
  }
}

/** The SDK takes most of a second to load, so only who needs it loads it. */
async function ecr({
  region,
  endpoint,
}: {
  region: string;
  endpoint?: string | undefined;
}): Promise<Credentials> {
  const { ECRClient, GetAuthorizationTokenCommand } = await import('@aws-sdk/client-ecr');
  const client = new ECRClient({ region, ...(endpoint === undefined ? {} : { endpoint }) });
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString('utf8');
  const colon = token.indexOf(':');
  return { username: token.slice(0, colon), password: token.slice(colon + 1) };
}

/** The registry takes a token of Azure for one of its own (Azure Container Registry: "Authentication with OAuth"). */
async function acr({ host }: { host: string }): Promise<Credentials> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const { token } = await new DefaultAzureCredential().getToken('https://management.azure.com/.default');
  const answer = await request(`https://${host}/oauth2/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'access_token', service: host, access_token: token }).toString(),
  });
  if (answer.statusCode !== 200)
    throw new Error(
      `${host} takes no login of yours (${answer.statusCode}): you need the role AcrPush on it.`,
    );
  const { refresh_token } = (await answer.body.json()) as { refresh_token: string };
  return { username: '00000000-0000-0000-0000-000000000000', password: refresh_token };
}

/** Source: Artifact Registry, "Configure authentication to Artifact Registry for Docker", access token. */
async function artifactRegistry(): Promise<Credentials> {
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  return { username: 'oauth2accesstoken', password: (await auth.getAccessToken()) ?? '' };
}

/** What a registry asks for with `Bearer realm="…",service="…",scope="…"`. Null: it does not ask for a token. */
export async function bearerToken(
  challenge: string,
  credentials: Credentials | null,
): Promise<string | null> {
  const [, parameters] = /^Bearer\s+(.*)$/i.exec(challenge) ?? [];
  if (parameters === undefined) return null;
  const asked = new Map(
    [...parameters.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  );
  const realm = asked.get('realm');
  if (realm === undefined) return null;
  const url = new URL(realm);
  for (const [key, value] of asked) if (key !== 'realm') url.searchParams.set(key, value);
  const basic =
    credentials === null
      ? undefined
      : `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  const answer = await request(url, { headers: basic === undefined ? {} : { authorization: basic } });
  if (answer.statusCode !== 200) {
    throw new Error(`${url.host} gives no token for ${url.searchParams.get('scope')}: ${answer.statusCode}.`);
  }
  const { token, access_token } = (await answer.body.json()) as { token?: string; access_token?: string };
  return token ?? access_token ?? null;
}
