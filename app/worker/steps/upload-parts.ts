/** A large output in parts: several at a time, each checked and sent again by itself; the file's checksums beside it. */
import type { FileHandle } from 'node:fs/promises';
import type { RunApi, Upload } from '../api.ts';
import { retry } from '../retry.ts';
import { checkedPut } from './checked-put.ts';
import type { Checksums } from './checksums.ts';
import { Hasher, PieceHasher } from './hasher.ts';
import { inParallel } from './in-parallel.ts';
import { Changed, freshEachTry, inTurn, readFull, takePiece } from './transfer.ts';

const AT_ONCE = 4;
const TRIES = 8;
/** Addresses asked for at once. */
const ADDRESSES = 64;
/** How often the store may turn out to miss parts that it took. */
const ROUNDS = 3;

export interface Sending {
  name: string;
  size: number;
  to: Upload;
}

/** Gives the checksums of the bytes that were sent. Throws `Changed` where the file was written to meanwhile. */
export async function uploadInParts(
  api: RunApi,
  file: FileHandle,
  { name, size, to }: Sending,
  signal: AbortSignal,
): Promise<Checksums> {
  const { upload, size: each, count } = to.parts ?? { upload: '', size, count: 1 };
  const about = { storage_key: to.storage_key, name, size, upload };
  const addressOf = addressBook(api, about, count);
  const put = async (number: number, data: Buffer, sum: Promise<string>) => {
    sum.catch(() => {}); // told by whoever waits for it
    let refused = false;
    const attempt = async () => {
      const address = await addressOf(number, refused);
      refused = true;
      await checkedPut(api.http, address, data, await sum, signal);
    };
    await retry(attempt, { signal, again: freshEachTry(), tries: TRIES });
  };

  const before = await file.stat();
  const hasher = new Hasher();
  const pieces = new PieceHasher();
  const turn = inTurn();
  const send = async (number: number, hash: boolean) => {
    const bytes = Math.min(each, size - (number - 1) * each);
    const { data, hashed, release } = await turn(async () => {
      const { data, release } = await takePiece(bytes);
      try {
        await readFull(file, data, (number - 1) * each);
        return { data, release, hashed: hash ? hasher.update(data) : undefined };
      } catch (error) {
        release();
        throw error;
      }
    });
    await Promise.all([put(number, data, pieces.md5(data)), hashed]).finally(release);
  };
  try {
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    await inParallel(numbers, AT_ONCE, (number) => send(number, true));
    const sums = await hasher.digest();
    const after = await file.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw new Changed();
    for (let round = 1; ; round++) {
      const missing = await api.completeUpload(about);
      if (missing.length === 0) return sums;
      if (round === ROUNDS) throw new Error(`the store did not keep ${missing.length} of ${count} parts`);
      await inParallel(missing, AT_ONCE, (number) => send(number, false));
    }
  } finally {
    await Promise.all([hasher.close(), pieces.close()]);
  }
}

type About = Parameters<RunApi['completeUpload']>[0];

/** Addresses of parts, asked for by the dozen; `fresh`: the last one of this part did not do. */
function addressBook(api: RunApi, about: About, count: number) {
  const known = new Map<number, { url: string; headers: Record<string, string> }>();
  const turn = inTurn();
  const ask = async (numbers: number[]) => {
    for (const { number, ...address } of await api.uploadParts({ ...about, numbers }))
      known.set(number, address);
  };
  return async (number: number, fresh: boolean) => {
    await turn(async () => {
      if (fresh) await ask([number]);
      else if (!known.has(number)) {
        const howMany = Math.min(ADDRESSES, count - number + 1);
        await ask(Array.from({ length: howMany }, (_, i) => number + i));
      }
    });
    const found = known.get(number);
    if (found === undefined) throw new Error(`the API named no place for part ${number}`);
    return found;
  };
}
