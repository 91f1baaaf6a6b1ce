/**
 * No server that tests could run looks at Google's signatures, so they are held to the published rules:
 * https://docs.cloud.google.com/storage/docs/access-control/signing-urls-manually
 */
import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { openGcs } from '../../../../app/platform/storage/gcs.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const store = openGcs({
  bucket: 'data',
  credentials: { client_email: 'tester@example.iam.gserviceaccount.com', private_key: privateKey },
});

function isSigned(method: string, url: URL, headers: Record<string, string>): boolean {
  const signature = url.searchParams.get('X-Goog-Signature') ?? '';
  const names = (url.searchParams.get('X-Goog-SignedHeaders') ?? '').split(';');
  const all: Record<string, string> = { host: url.host, ...headers };
  const query = url.search
    .slice(1)
    .split('&')
    .filter((pair) => !pair.startsWith('X-Goog-Signature='))
    .sort();
  const canonical = [
    method,
    url.pathname,
    query.join('&'),
    ...names.map((name) => `${name}:${all[name]}`),
    '',
    names.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const scope = decodeURIComponent(url.searchParams.get('X-Goog-Credential') ?? '')
    .split('/')
    .slice(1)
    .join('/');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = ['GOOG4-RSA-SHA256', url.searchParams.get('X-Goog-Date'), scope, hash].join('\n');
  return createVerify('RSA-SHA256').update(text).verify(publicKey, signature, 'hex');
}

test('addresses for reading and writing are signed by the rules, the size among them', async () => {
  const get = new URL(await store.presignGet('a/ü b.txt', { expires: 60, filename: 'b.txt' }));
  expect(get.origin + get.pathname).toBe('https://storage.googleapis.com/data/a/%C3%BC%20b.txt');
  expect(get.searchParams.get('X-Goog-Expires')).toBe('60');
  expect(isSigned('GET', get, {})).toBe(true);
  expect(isSigned('PUT', get, {})).toBe(false);

  const put = await store.presignPut('a/b.bin', { expires: 60, size: 5 });
  expect(put.headers).toEqual({ 'x-goog-content-length-range': '5,5' });
  expect(isSigned('PUT', new URL(put.url), put.headers)).toBe(true);
  expect(isSigned('PUT', new URL(put.url), { 'x-goog-content-length-range': '0,9' })).toBe(false);
});
