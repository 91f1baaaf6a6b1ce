/** Runs on a thread of its own: three checksums of all the pieces that it is sent, in their order, or the MD5 of each. */
import { createHash, hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

const hashes = (['md5', 'sha1', 'sha256'] as const).map((name) => ({ name, hash: createHash(name) }));

function answer(piece: Uint8Array | null): unknown {
  if (piece === null) return Object.fromEntries(hashes.map(({ name, hash }) => [name, hash.digest('hex')]));
  if (workerData === 'each') return hash('md5', piece);
  for (const { hash } of hashes) hash.update(piece);
  return null;
}

parentPort?.on('message', (piece: Uint8Array | null) => parentPort?.postMessage(answer(piece)));
