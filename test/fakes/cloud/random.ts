/** The `random` provider: repeatable, since a test that differs from run to run tells little. */
import { createHash } from 'node:crypto';
import type { Properties } from '../../../components/provider/kind.ts';
import type { Behaviour } from './behaviour.ts';
import type { FakeCloud } from './cloud.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** So many characters, none like those before. */
function characters(cloud: FakeCloud, length: number): string {
  const seed = cloud.hex(8);
  let text = '';
  for (let block = 0; text.length < length; block++) {
    const digest = createHash('sha256').update(`${seed} ${block}`).digest();
    text += [...digest].map((byte) => LETTERS[byte % LETTERS.length]).join('');
  }
  return text.slice(0, length);
}

const lengthOf = (inputs: Properties) => Number(inputs.length ?? 16);
const bytesOf = (cloud: FakeCloud, inputs: Properties) =>
  Buffer.from(characters(cloud, Number(inputs.byteLength ?? 8)), 'latin1');

export const randomBehaviours: Record<string, Behaviour> = {
  'random:index/randomPassword:RandomPassword': {
    immutable: true,
    outputs: (inputs, _id, cloud) => ({ result: characters(cloud, lengthOf(inputs)) }),
  },
  'random:index/randomString:RandomString': {
    immutable: true,
    outputs: (inputs, _id, cloud) => ({ result: characters(cloud, lengthOf(inputs)) }),
  },
  'random:index/randomId:RandomId': {
    immutable: true,
    outputs(inputs, _id, cloud) {
      const bytes = bytesOf(cloud, inputs);
      return {
        hex: bytes.toString('hex'),
        b64Std: bytes.toString('base64'),
        b64Url: bytes.toString('base64url'),
        dec: BigInt(`0x${bytes.toString('hex')}`).toString(),
      };
    },
  },
  'random:index/randomBytes:RandomBytes': {
    immutable: true,
    outputs(inputs, _id, cloud) {
      const bytes = Buffer.from(characters(cloud, lengthOf(inputs)), 'latin1');
      return { hex: bytes.toString('hex'), base64: bytes.toString('base64') };
    },
  },
  'random:index/randomUuid:RandomUuid': {
    immutable: true,
    outputs: (_inputs, _id, cloud) => ({ result: `00000000-0000-4000-8000-${cloud.hex(12)}` }),
  },
};
