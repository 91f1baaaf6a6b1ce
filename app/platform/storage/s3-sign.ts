/**
 * Signed addresses of S3, without the SDK's request machinery: a job with thousands of outputs asks for as many. Pure.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export interface Signing {
  method: 'GET' | 'HEAD' | 'PUT';
  /** Where the bucket's keys begin, with the slash. */
  base: string;
  key: string;
  region: string;
  /** Seconds. */
  expires: number;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined };
  query?: Record<string, string>;
  /** Headers beside `host` that must be sent as they are here; names in small letters. */
  headers?: Record<string, string>;
  now?: Date;
}

/** As RFC 3986 has it; `encodeURIComponent` leaves five more signs as they are. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const hmac = (key: string | Buffer | KeyObject, text: string) =>
  createHmac('sha256', key).update(text).digest();

/** One for each day and login: it costs more than all the rest, and as bytes it would be made a key for each address. */
const keys = new Map<string, KeyObject>();
function signingKey(secret: string, day: string, region: string): KeyObject {
  const name = JSON.stringify([secret, day, region]);
  const known = keys.get(name);
  if (known) return known;
  const made = createSecretKey(['s3', 'aws4_request'].reduce(hmac, hmac(hmac(`AWS4${secret}`, day), region)));
  if (keys.size >= 100) keys.clear();
  keys.set(name, made);
  return made;
}

export function signS3Url({ now = new Date(), query = {}, headers = {}, ...about }: Signing): string {
  const { method, base, key, region, expires, credentials } = about;
  const { origin, host, pathname } = new URL(base);
  const path = pathname + key.split('/').map(encode).join('/');
  const time = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/s3/aws4_request`;
  const signed: [string, string][] = Object.entries({ ...headers, host }).sort(byName);
  const names = signed.map(([name]) => name).join(';');
  const all = Object.entries({
    ...query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expires),
    ...(credentials.sessionToken !== undefined && { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': names,
  });
  const search = all
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(byName)
    .map((pair) => pair.join('='))
    .join('&');
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join('');
  const request = [method, path, search, lines, names, 'UNSIGNED-PAYLOAD'].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, hash('sha256', request)].join('\n');
  const signature = hmac(signingKey(credentials.secretAccessKey, day, region), text).toString('hex');
  return `${origin}${path}?${search}&X-Amz-Signature=${signature}`;
}

const byName = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : 1);
