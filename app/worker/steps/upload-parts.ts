/**
 * A large output in parts: several at a time, each checked and sent again by itself; the file's checksums beside it. A store
 * whose ETags are MD5s is not told those beforehand, so that a part is on its way while its MD5 is computed, and the store
 * counts it once. At completion it is held to the ETags: what came of a broken body later is found there.
 */
import type { FileHandle } from 'node:fs/promises';
import type { RunApi, Upload } from '../api.ts';
import { retry } from '../retry.ts';
import { checkedPut, plainPut } from './checked-put.ts';
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

/** The store took the bytes and calls them something else than their MD5: they are others, or its ETags are no MD5s. */
class Doubt extends Error {
  code = 'DOUBT';
  constructor() {
    super("the store's ETag is not the MD5 of what was sent");
  }
}

/** Gives the checksums of the bytes that were sent. Throws `Changed` where the file was written to meanwhile. */
export async function uploadInParts(
  api: RunApi,
  file: FileHandle,
  { name, size, to }: Sending,
  signal: AbortSignal,
): Promise<Checksums> {
  const { upload, size: each, count, tells_md5s } = to.parts ?? { upload: '', size, count: 1 };
  const etags: string[] = new Array(count).fill('');
  const md5s: string[] = [];
  let trusts = tells_md5s === true;
  const about = { storage_key: to.storage_key, name, size, upload };
  const addressOf = addressBook(api, about, count);
  const put = async (number: number, data: Buffer, sum: Promise<string>) => {
    sum.catch(() => {}); // told by whoever waits for it
    let refused = false;
    const attempt = async () => {
      const address = await addressOf(number, refused);
      refused = true;
      const untold = trusts;
      const answer = untold
        ? plainPut(api.http, address, data, signal)
        : checkedPut(api.http, address, data, await sum, signal);
      const [etag, md5] = await Promise.all([answer, sum]);
      if (untold && etag !== md5) {
        trusts = false;
        throw new Doubt();
      }
      md5s[number - 1] ??= md5;
      if (md5s[number - 1] !== md5) throw new Changed();
      etags[number - 1] = etag;
    };
    await retry(attempt, { signal, again: freshEachTry(), tries: TRIES });
  };

  const before = await file.stat();
  const hasher = new Hasher();
  const pieces = new PieceHasher();
  const hashing: Promise<void>[] = [];
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
    const sent = put(number, data, pieces.md5(data));
    if (hashed !== undefined) hashing.push(hashed);
    void Promise.allSettled([sent, hashed]).then(release);
    await sent;
  };
  const complete = async () => {
    for (let round = 1; ; round++) {
      const missing = await api.completeUpload({ ...about, ...(tells_md5s && { etags }) });
      if (missing.length === 0) return;
      if (round === ROUNDS) throw new Error(`the store did not keep ${missing.length} of ${count} parts`);
      trusts = false;
      await inParallel(missing, AT_ONCE, (number) => send(number, false));
    }
  };
  try {
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    await inParallel(numbers, AT_ONCE, (number) => send(number, true));
    const after = await file.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw new Changed();
    const sums = Promise.all(hashing).then(() => hasher.digest());
    sums.catch(() => {}); // told below
    await complete();
    return await sums;
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
