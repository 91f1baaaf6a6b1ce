/** Cloud KMS as the engine asks it: encrypt and decrypt over gRPC, with a key that lives as long as this service. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';

const PATH = '/google.cloud.kms.v1.KeyManagementService';

/** Length-delimited fields of a message, by number; the others are passed over (Protocol Buffers, "Encoding"). */
function fieldsOf(message: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    if (tag % 8 !== 2) varint();
    else {
      const length = varint();
      fields.set(Math.floor(tag / 8), message.subarray(at, at + length));
      at += length;
    }
  }
  return fields;
}

function field(number: number, value: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = value.length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      length.push(rest);
      break;
    }
    length.push((rest % 128) | 128);
  }
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), value]);
}

export async function startKeyService(): Promise<{ port: number; close(): void }> {
  const key = randomBytes(32);
  const encrypt = (plain: Buffer) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const decrypt = (sealed: Buffer) => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
  };
  // Requests: 1 name, 2 what it is about. Encrypt answers with 1 name, 2 ciphertext; Decrypt with 1 plaintext.
  const answers = {
    Encrypt: (asked: Map<number, Buffer>) =>
      Buffer.concat([field(1, asked.get(1)!), field(2, encrypt(asked.get(2)!))]),
    Decrypt: (asked: Map<number, Buffer>) => field(1, decrypt(asked.get(2)!)),
  };
  const server = new Server();
  const same = (bytes: Buffer) => bytes;
  for (const [name, answer] of Object.entries(answers)) {
    const handle: handleUnaryCall<Buffer, Buffer> = ({ request }, done) =>
      done(null, answer(fieldsOf(request)));
    server.register(`${PATH}/${name}`, handle, same, same, 'unary');
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}
