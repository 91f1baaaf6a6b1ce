/** Access tokens as Entra ID makes them: their claims say whose they are and for which service. */

export interface Identity {
  /** Object id. */
  oid: string;
  /** By which machines ask for it, where it is a managed identity. */
  clientId?: string;
  /** Of a person. */
  upn?: string;
}
export interface Claims {
  aud: string;
  oid: string;
  tid: string;
}

export const TENANT = '89abcdef-0123-4567-89ab-cdef01234567';
const HOUR = 3600;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signed by nobody: whoever is asked with it believes its claims, as Azurite does. */
export function tokenOf({ oid, clientId, upn }: Identity, audience: string, tenant = TENANT): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${tenant}/`,
    iat: now - 60,
    nbf: now - 60,
    exp: now + HOUR,
    oid,
    tid: tenant,
    ...(clientId === undefined ? {} : { appid: clientId }),
    ...(upn === undefined ? {} : { upn }),
  };
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** Undefined: it is none. */
export function claimsOf(authorization: string | undefined): Claims | undefined {
  const [, payload] = /^Bearer [^.]+\.([^.]+)\./.exec(authorization ?? '') ?? [];
  if (payload === undefined) return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
}
