/** How Google signs: machines' identity tokens by keys that it publishes, and what an account asks it to sign. */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { type Handler, Refused } from './server.ts';

export interface GoogleIdentity {
  /** `www.googleapis.com` */
  keys: Handler;
  /** `iamcredentials.googleapis.com`: an account may sign as itself. */
  signing: Handler;
  /** Of a machine, with `format=full`. */
  token(machine: { audience: string; projectId: string; instanceId: string; since: Date }): Promise<string>;
}

export async function googleIdentity(): Promise<GoogleIdentity> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  return {
    keys: ({ path }) => (path === '/oauth2/v3/certs' ? { keys: [jwk] } : undefined),
    signing({ method, path, body, as }) {
      const [, account] = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):signBlob$/.exec(path) ?? [];
      if (method !== 'POST' || account === undefined) return undefined;
      if (account !== as) throw new Refused(403, "Permission 'iam.serviceAccounts.signBlob' denied.");
      const signer = createSign('RSA-SHA256').update(Buffer.from(body.payload, 'base64'));
      return { keyId: 'one', signedBlob: signer.sign(privateKey).toString('base64') };
    },
    token: ({ audience, projectId, instanceId, since }) =>
      new SignJWT({
        google: {
          compute_engine: {
            project_id: projectId,
            instance_id: instanceId,
            instance_creation_timestamp: Math.floor(since.getTime() / 1000),
          },
        },
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer('https://accounts.google.com')
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
  };
}
