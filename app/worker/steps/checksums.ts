/** MD5, SHA-1 and SHA-256 of a stream, in one pass. */
import { createHash, hash } from 'node:crypto';
import { Transform } from 'node:stream';

export interface Checksums {
  md5: string;
  sha1: string;
  sha256: string;
}

/** Passes bytes on unchanged. `result` is complete once the stream has ended. */
export class ChecksumStream extends Transform {
  readonly #hashes = (['md5', 'sha1', 'sha256'] as const).map((name) => ({ name, hash: createHash(name) }));
  /** Bytes so far. */
  size = 0;

  /** The next bytes, without passing them on. */
  add(chunk: Buffer): void {
    for (const { hash } of this.#hashes) hash.update(chunk);
    this.size += chunk.length;
  }

  override _transform(chunk: Buffer, _: string, done: (error: null, chunk: Buffer) => void): void {
    this.add(chunk);
    done(null, chunk);
  }

  result(): Checksums {
    return Object.fromEntries(
      this.#hashes.map(({ name, hash }) => [name, hash.digest('hex')]),
    ) as unknown as Checksums;
  }
}

/** Of bytes that are at hand. */
export const checksumsOf = (data: Uint8Array): Checksums => ({
  md5: hash('md5', data),
  sha1: hash('sha1', data),
  sha256: hash('sha256', data),
});

/** An MD5 as `Content-MD5` wants it. */
export const contentMd5 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** The first checksum that is known and differs, or null. */
export function mismatch(
  expected: { [name in keyof Checksums]: string | null },
  found: Checksums,
): string | null {
  for (const name of ['sha256', 'sha1', 'md5'] as const) {
    const wanted = expected[name]?.toLowerCase();
    if (wanted !== undefined && wanted !== found[name]) return `its ${name} is ${found[name]}, not ${wanted}`;
  }
  return null;
}

/** For a person: `1.5 GB`. */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}
