/** Makes an SSH key pair in OpenSSH's own format, in memory: the private half goes to Vault and never to a disk of ours. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';

const field = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** `publicKey` is one line for a Git host's "deploy keys". */
export function generateDeployKey(comment: string): { publicKey: string; privateKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const seed = Buffer.from(jwk.d!, 'base64url');
  const point = Buffer.from(jwk.x!, 'base64url');
  const type = 'ssh-ed25519';
  const publicBlob = Buffer.concat([field(type), field(point)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    field(type),
    field(point),
    field(Buffer.concat([seed, point])),
    field(comment),
  ]);
  // The section is filled up to a multiple of eight with 1, 2, 3 …
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    number(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = blob.toString('base64').replace(/.{70}/g, '$&\n').trimEnd();
  return {
    publicKey: `${type} ${publicBlob.toString('base64')} ${comment}`,
    privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`,
  };
}
