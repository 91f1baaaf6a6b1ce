/** Key vaults: secrets that are read and written, keys that encrypt. Source: Key Vault REST API 7.4. */
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from 'node:crypto';
import { Answer, Refused, type Service } from './server.ts';

export interface KeyVaults {
  service: Service;
  /** By vault and name, such as `cove-prod/administrator`. */
  secrets: Map<string, string>;
}

/** `readers`: object ids of those who may; nobody else sees anything. */
export function keyVaults(readers: string[]): KeyVaults {
  const secrets = new Map<string, string>();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  return {
    secrets,
    service: {
      name: '.vault.azure.net',
      audience: /^https:\/\/vault\.azure\.net\/?$/,
      answer({ method, host, path, body, as }) {
        if (!readers.includes(as))
          throw new Refused(403, 'Forbidden', 'Caller is not authorized to perform action on resource.');
        const vault = host.split('.')[0]!;
        const [, kind, name = '', rest = ''] = /^\/(secrets|keys)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
        if (kind === 'secrets') {
          const entry = `${vault}/${name}`;
          if (method === 'PUT') secrets.set(entry, body.value);
          const value = secrets.get(entry);
          if (value !== undefined) return { value, id: `https://${host}/secrets/${name}/1` };
          return new Answer(404, { error: { code: 'SecretNotFound', message: `${name} was not found` } });
        }
        const [, operation] = /(encrypt|decrypt)$/.exec(rest) ?? [];
        if (kind !== 'keys' || operation === undefined) return undefined;
        const given = Buffer.from(body.value, 'base64url');
        const value =
          operation === 'encrypt'
            ? publicEncrypt({ key: publicKey, ...padding }, given)
            : privateDecrypt({ key: privateKey, ...padding }, given);
        return { kid: `https://${host}/keys/${name}/1`, value: value.toString('base64url') };
      },
    },
  };
}
