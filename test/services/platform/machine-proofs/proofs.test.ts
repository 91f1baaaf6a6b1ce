import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAws } from '../../../../app/platform/machine-proofs/aws.ts';
import { AWS_CERTIFICATES } from '../../../../app/platform/machine-proofs/aws-certificates.ts';
import { verifyAzure } from '../../../../app/platform/machine-proofs/azure.ts';
import { verifyProof } from '../../../../app/platform/machine-proofs/proof.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cove-test-'));
  for (const [name, subject] of [
    ['aws', '/C=US/O=Amazon Web Services LLC'],
    ['other', '/O=Somebody else'],
  ] as const)
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-subj',
      subject,
    );
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-subj',
    '/CN=Root',
  );
  for (const [name, subject] of [
    ['azure', '/CN=westeurope.metadata.azure.com'],
    ['evil', '/CN=metadata.azure.com.evil.example'],
  ] as const) {
    openssl(
      'req',
      '-new',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
    );
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'root.pem',
      '-CAkey',
      'root.key',
      '-CAcreateserial',
      '-out',
      `${name}.pem`,
    );
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Signed by OpenSSL, as the cloud would. */
function sign(document: object, by: string, ...options: string[]): string {
  writeFileSync(at('document'), JSON.stringify(document));
  const args = ['-sign', '-binary', '-in', 'document', '-signer', `${by}.pem`, '-inkey', `${by}.key`];
  const flags = options.length > 0 ? options : ['-md', 'sha256', '-nodetach', '-nocerts'];
  return openssl('cms', ...args, '-outform', 'DER', ...flags).toString('base64');
}

describe('an EC2 instance', () => {
  const document = {
    accountId: '123456789012',
    instanceId: 'i-0123456789abcdef0',
    region: 'eu-north-1',
    pendingTime: '2026-11-25T02:00:00Z',
    privateIp: '10.0.0.7',
  };
  const settings = () => ({
    kind: 'aws' as const,
    accountId: '123456789012',
    region: 'eu-north-1',
    certificateFile: at('aws.pem'),
  });
  const machine = { id: 'i-0123456789abcdef0', since: new Date('2026-11-25T02:00:00Z') };

  test('is proven by the document that AWS signed, with or without signed attributes', () => {
    expect(verifyAws(settings(), { kind: 'aws', pkcs7: sign(document, 'aws') })).toEqual(machine);
    const bare = sign(document, 'aws', '-md', 'sha256', '-nodetach', '-nocerts', '-noattr');
    expect(verifyAws(settings(), { kind: 'aws', pkcs7: bare })).toEqual(machine);
  });

  test('may send the document beside a detached signature; another document is refused', () => {
    const pkcs7 = sign(document, 'aws', '-md', 'sha256', '-nocerts');
    const text = JSON.stringify(document);
    expect(verifyAws(settings(), { kind: 'aws', pkcs7, document: text })).toEqual(machine);
    const forged = text.replace('i-0123456789abcdef0', 'i-ffffffffffffffff0');
    expect(() => verifyAws(settings(), { kind: 'aws', pkcs7, document: forged })).toThrow(
      /not signed by AWS/,
    );
  });

  test.each<[string, () => string, RegExp]>([
    ['signed by somebody else', () => sign(document, 'other'), /not signed by AWS/],
    [
      'who sends his own certificate along',
      () => sign(document, 'other', '-md', 'sha256', '-nodetach'),
      /not signed by AWS/,
    ],
    ['of SHA-1', () => sign(document, 'aws', '-md', 'sha1', '-nodetach', '-nocerts'), /not signed by AWS/],
    [
      'of another account',
      () => sign({ ...document, accountId: '999999999999' }, 'aws'),
      /of account 999999999999/,
    ],
    [
      'of another region',
      () => sign({ ...document, region: 'us-east-1' }, 'aws'),
      /in us-east-1, not in eu-north-1/,
    ],
    ['without an instance', () => sign({ ...document, instanceId: undefined }, 'aws'), /incomplete/],
    ['that is none', () => 'bm90aGluZw==', /no signed message/],
  ])('is refused with a document %s', (_what, pkcs7, message) => {
    expect(() => verifyAws(settings(), { kind: 'aws', pkcs7: pkcs7() })).toThrow(message);
  });

  test('every region that AWS has published a certificate for has one that can be read', () => {
    const names = Object.keys(AWS_CERTIFICATES);
    expect(names).toContain('eu-north-1');
    for (const der of Object.values(AWS_CERTIFICATES)) {
      const { publicKey, subject } = new X509Certificate(Buffer.from(der, 'base64'));
      expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
      expect(subject).toContain('Amazon Web Services LLC');
    }
  });

  test('a proof of another cloud is refused', async () => {
    await expect(verifyProof(settings(), { kind: 'gcp', token: 'x' })).rejects.toThrow(/by aws, not by gcp/);
  });
});

describe('an Azure machine', () => {
  // The test's certificates begin when the test does.
  const soon = () => new Date(Date.now() + 1000);
  /** As Azure writes times: `11/25/26 02:59:00 -00:00`. */
  const azureTime = (minutes: number) => {
    const [date, time] = new Date(Date.now() + minutes * 60_000).toISOString().split(/[T.]/);
    const [year, month, day] = date!.split('-');
    return `${month}/${day}/${year!.slice(2)} ${time} -00:00`;
  };
  const document = {
    vmId: '02aab8a4-74ef-476e-8182-f6d2ba4166a6',
    subscriptionId: '8d10da13-8125-4ba9-a717-bf7490507b3d',
    timeStamp: { createdOn: azureTime(-1), expiresOn: azureTime(359) },
  };
  const settings = () => ({
    kind: 'azure' as const,
    subscriptionId: document.subscriptionId,
    authorityFiles: [at('root.pem')],
  });
  const signed = (by: string, change: object = {}) => ({
    kind: 'azure' as const,
    pkcs7: sign({ ...document, ...change }, by, '-md', 'sha256', '-nodetach'),
  });

  test('is proven by the document that its metadata service had signed', () => {
    const { id, since } = verifyAzure(settings(), signed('azure'), soon());
    expect(id).toBe(document.vmId);
    expect(Math.round((Date.now() - since.getTime()) / 60_000)).toBe(1);
  });

  test.each<[string, () => ReturnType<typeof signed>, RegExp]>([
    ['by a name that only looks like Azure’s', () => signed('evil'), /not by Azure/],
    ['by an authority that nobody trusts', () => signed('other'), /not by Azure/],
    ['for another subscription', () => signed('azure', { subscriptionId: 'x' }), /of subscription x/],
    [
      'long ago',
      () =>
        signed('azure', {
          timeStamp: { createdOn: '01/01/20 00:00:00 -00:00', expiresOn: '01/01/20 06:00:00 -00:00' },
        }),
      /expired/,
    ],
  ])('is refused with a document signed %s', (_what, proof, message) => {
    expect(() => verifyAzure(settings(), proof(), soon())).toThrow(message);
  });
});
