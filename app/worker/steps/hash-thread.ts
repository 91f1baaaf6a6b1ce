/** Runs on a thread of its own: three checksums of the pieces that it is sent, in their order. */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

const hashes = (['md5', 'sha1', 'sha256'] as const).map((name) => ({ name, hash: createHash(name) }));

parentPort?.on('message', (piece: Uint8Array | null) => {
  if (piece === null) {
    const sums = hashes.map(({ name, hash }) => [name, hash.digest('hex')]);
    parentPort?.postMessage(Object.fromEntries(sums));
    return;
  }
  for (const { hash } of hashes) hash.update(piece);
  parentPort?.postMessage(null);
});
