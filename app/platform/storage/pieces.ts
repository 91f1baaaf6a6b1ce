/** A stream of unknown length, cut into pieces and hashed in one pass. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** What went through, told once the last piece was taken. */
export interface Sum {
  size: number;
  sha256: string;
}

/** Pieces of exactly `bytes`, but the last; at least one, which may be empty. */
export async function* pieces(
  body: Readable | Buffer,
  bytes: number,
  onEnd: (sum: Sum) => void,
): AsyncGenerator<{ data: Buffer; last: boolean }> {
  const hash = createHash('sha256');
  let size = 0;
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of Buffer.isBuffer(body) ? [body] : (body as AsyncIterable<Buffer>)) {
    hash.update(chunk);
    size += chunk.length;
    held.push(chunk);
    length += chunk.length;
    while (length > bytes) {
      const all = Buffer.concat(held);
      yield { data: all.subarray(0, bytes), last: false };
      held = [all.subarray(bytes)];
      length -= bytes;
    }
  }
  onEnd({ size, sha256: hash.digest('hex') });
  yield { data: Buffer.concat(held), last: true };
}

export const md5 = (data: Buffer): string => createHash('md5').update(data).digest('base64');
