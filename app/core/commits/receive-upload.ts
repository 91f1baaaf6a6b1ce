import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CoveError } from '../errors.ts';

export interface Upload {
  path: string;
  sha256: string;
  size: number;
}

/** Writes part `field` to a file of its own below `folder`, never more than `maxBytes`. The caller removes a whole one. */
export async function receiveUpload(
  folder: string,
  { field, body, maxBytes }: { field: string; body: Readable; maxBytes: number },
): Promise<Upload> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, randomUUID());
  const hash = createHash('sha256');
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      hash.update(chunk);
      done(size > maxBytes ? tooLarge(field, maxBytes) : null, chunk);
    },
  });
  try {
    await pipeline(body, meter, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { path, sha256: hash.digest('hex'), size };
}

function tooLarge(field: string, maxBytes: number): CoveError {
  const message = `The file is larger than ${maxBytes / 1024 ** 2} MiB.`;
  return new CoveError('too_large', message, { fields: { [field]: [{ message, code: 'too_large' }] } });
}
