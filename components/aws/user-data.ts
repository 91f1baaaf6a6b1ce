/** User data as EC2 takes it. Pure. */
import { constants, gzipSync } from 'node:zlib';

/** Source: Amazon EC2 User Guide, "Run commands when you launch an EC2 instance": 16 KB, before it is encoded. */
export const LIMIT_BYTES = 16_384;

/**
 * What does not fit is compressed, which cloud-init sees by itself. Throws where that does not help.
 *
 * Only by the frequency of letters: how zlib finds repetitions differs between processors, and the same document must have
 * the same bytes on everybody's machine, or the host would be replaced.
 */
export function userData(document: string): Buffer {
  const plain = Buffer.from(document);
  if (plain.length <= LIMIT_BYTES) return plain;
  const packed = gzipSync(plain, { strategy: constants.Z_HUFFMAN_ONLY });
  // The header names the system that packed it; 255 is "unknown" (RFC 1952).
  packed[9] = 255;
  if (packed.length <= LIMIT_BYTES) return packed;
  throw new Error(
    `The first-boot document has ${packed.length} bytes, compressed, and AWS takes ${LIMIT_BYTES}: give fewer or shorter certificate authorities`,
  );
}
