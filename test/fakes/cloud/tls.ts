/** The `tls` provider, with real keys and certificates: programs hand them on to things that read them. */
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Properties } from '../../../components/provider/kind.ts';
import type { Behaviour } from './behaviour.ts';

/** What openssl makes of the files that it is given by name. */
function openssl(files: Record<string, unknown>, ...args: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'cove-tls-'));
  try {
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, name), String(text), { mode: 0o600 });
    return execFileSync('openssl', args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
/** With nothing in it but what is asked for. */
const requestConfig = (inputs: Properties, extensions: string[]) =>
  [
    '[req]',
    'prompt = no',
    'distinguished_name = subject',
    'x509_extensions = more',
    'req_extensions = more',
    '[subject]',
    `CN = ${(inputs.subject as { commonName: string }).commonName}`,
    '[more]',
    ...extensions,
    '',
  ].join('\n');
const days = (inputs: Properties) => String(Math.ceil(Number(inputs.validityPeriodHours) / 24));
const list = (value: unknown) => (value ?? []) as string[];
const alternatives = ({ dnsNames, ipAddresses }: Properties) =>
  [...list(dnsNames).map((name) => `DNS:${name}`), ...list(ipAddresses).map((ip) => `IP:${ip}`)].join(',');
const AUTHORITY = ['basicConstraints = critical,CA:TRUE', 'keyUsage = critical,keyCertSign,cRLSign'];
const SERVER = 'basicConstraints = critical,CA:FALSE\nextendedKeyUsage = serverAuth\n';

export const tlsBehaviours: Record<string, Behaviour> = {
  'tls:index/privateKey:PrivateKey': {
    immutable: true,
    outputs(inputs) {
      const { privateKey, publicKey } =
        inputs.algorithm === 'RSA'
          ? generateKeyPairSync('rsa', { modulusLength: Number(inputs.rsaBits ?? 2048) })
          : inputs.algorithm === 'ED25519'
            ? generateKeyPairSync('ed25519')
            : generateKeyPairSync('ec', {
                namedCurve: String(inputs.ecdsaCurve ?? 'P256').replace('P', 'P-'),
              });
      const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return {
        privateKeyPem: pem,
        privateKeyPemPkcs8: pem,
        publicKeyPem,
        publicKeyFingerprintSha256: `SHA256:${createHash('sha256').update(publicKeyPem).digest('base64')}`,
      };
    },
  },
  'tls:index/selfSignedCert:SelfSignedCert': {
    immutable: true,
    outputs: (inputs) => ({
      certPem: openssl(
        { key: inputs.privateKeyPem, config: requestConfig(inputs, AUTHORITY) },
        ...['req', '-x509', '-new', '-key', 'key', '-config', 'config', '-days', days(inputs)],
      ),
    }),
  },
  'tls:index/certRequest:CertRequest': {
    immutable: true,
    outputs: (inputs) => ({
      certRequestPem: openssl(
        {
          key: inputs.privateKeyPem,
          config: requestConfig(inputs, [`subjectAltName = ${alternatives(inputs)}`]),
        },
        ...['req', '-new', '-key', 'key', '-config', 'config'],
      ),
    }),
  },
  'tls:index/locallySignedCert:LocallySignedCert': {
    immutable: true,
    outputs: (inputs) => ({
      certPem: openssl(
        {
          request: inputs.certRequestPem,
          authority: inputs.caCertPem,
          key: inputs.caPrivateKeyPem,
          more: SERVER,
        },
        ...['x509', '-req', '-in', 'request', '-CA', 'authority', '-CAkey', 'key', '-days', days(inputs)],
        ...['-copy_extensions', 'copy', '-extfile', 'more'],
      ),
    }),
  },
};
