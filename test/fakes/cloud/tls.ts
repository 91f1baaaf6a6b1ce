/** The `tls` provider, with real keys and certificates: programs hand them on to things that read them. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Behaviour } from './behaviour.ts';

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
};
