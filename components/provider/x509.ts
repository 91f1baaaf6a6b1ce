/** Certificates: how ours are made and what is read from any. */
import { createHash, X509Certificate as NodeCertificate, randomBytes, webcrypto } from 'node:crypto';
// The certificate library needs it to be there first.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** Some systems refuse a server's certificate of more than 825 days. */
const SERVER_DAYS = 397;
const AUTHORITY_DAYS = 3650;
const RENEW_DAYS = 30;

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

type KeyPair = webcrypto.CryptoKeyPair;

/** A new private key as PEM text. */
export async function newKey(): Promise<string> {
  const { privateKey } = (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as KeyPair;
  const bytes = await webcrypto.subtle.exportKey('pkcs8', privateKey);
  return `${x509.PemConverter.encode(bytes, 'PRIVATE KEY')}\n`;
}

export async function importKey(pem: string): Promise<KeyPair> {
  const bytes = x509.PemConverter.decodeFirst(pem);
  const privateKey = await webcrypto.subtle.importKey('pkcs8', bytes, ALGORITHM, true, ['sign']);
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', privateKey);
  const publicKey = await webcrypto.subtle.importKey(
    'jwk',
    { kty, crv, x, y } as webcrypto.JsonWebKey,
    ALGORITHM,
    true,
    ['verify'],
  );
  return { privateKey, publicKey };
}

const serialNumber = () => `00${randomBytes(15).toString('hex')}`;
const validity = (days: number) => ({
  // An hour back, for clocks that are a little behind.
  notBefore: new Date(Date.now() - DAY_MS / 24),
  notAfter: new Date(Date.now() + days * DAY_MS),
});

export async function issueAuthority(commonName: string, keys: KeyPair): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    ...validity(AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

export async function issueServer(
  { names, addresses }: { names: string[]; addresses: string[] },
  keys: KeyPair,
  authority: { certificate: string; key: KeyPair },
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [names[0] ?? addresses[0] ?? ''] }],
    issuer: issuer.subjectName.toJSON(),
    ...validity(SERVER_DAYS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: authority.key.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...names.map((value) => ({ type: 'dns' as const, value })),
        ...addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.key.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** Of the first certificate in a PEM text. */
export function describeCertificate(pem: string): { fingerprint: string; notAfter: string } {
  const certificate = new NodeCertificate(pem);
  return {
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
    notAfter: certificate.validToDate.toISOString(),
  };
}

/** Whether it is time for a new one. */
export const runsOut = (notAfter: string, now = Date.now()): boolean =>
  Date.parse(notAfter) - now < RENEW_DAYS * DAY_MS;
