/** A large file in ranges: several at a time, each asked for again by itself; the file's checksums beside it. */
import { open } from 'node:fs/promises';
import { retry } from '../retry.ts';
import { Hasher } from './hasher.ts';
import { inParallel } from './in-parallel.ts';
import {
  cutShort,
  etagOf,
  type Fetched,
  inTurn,
  leave,
  startsAt,
  type Transfer,
  takePiece,
  type Wanted,
  writeFull,
} from './transfer.ts';

export const RANGE_BYTES = 16 * 1024 * 1024;
/** As many as the memory for pieces holds: while some are counted and written, the line has enough to do. */
const AT_ONCE = 6;
const TRIES = 8;

/** The bytes behind the address became others while they were fetched. */
class Replaced extends Error {
  code = 'REPLACED';
  constructor() {
    super('it was replaced while it was downloaded');
  }
}

/** `whole`: the other side gives no ranges. Throws where one cannot be had, or the file was replaced meanwhile. */
export async function downloadRanges(
  { http, signal, onBytes }: Transfer,
  wanted: Wanted,
  size: number,
  target: string,
): Promise<Fetched | 'whole'> {
  const count = Math.ceil(size / RANGE_BYTES);
  let etag: string | null = null;
  /** Whether there are ranges at all, as the first answer says; its bytes need not be waited for. */
  const ranges = Promise.withResolvers<boolean>();
  let begun = false;
  const fetchRange = async (number: number, into: Buffer): Promise<boolean> => {
    const start = (number - 1) * RANGE_BYTES;
    const range = { range: `bytes=${start}-${start + into.length - 1}` };
    const headers = etag === null ? range : { ...range, 'if-range': etag };
    const answer = await wanted.address.get(http, headers, signal);
    if (answer.status !== 206 || startsAt(answer) !== start) {
      leave(answer);
      if (begun) throw new Replaced();
      return false;
    }
    if (!begun) etag = etagOf(answer);
    else if (etagOf(answer) !== etag) {
      leave(answer);
      throw new Replaced();
    }
    begun = true;
    ranges.resolve(true);
    let done = 0;
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        if (done + chunk.length > into.length) throw new Replaced();
        chunk.copy(into, done);
        done += chunk.length;
        onBytes(chunk.length);
      }
      if (done < into.length) throw cutShort(done, into.length);
    } catch (error) {
      onBytes(-done);
      throw error;
    }
    return true;
  };

  const file = await open(target, 'w');
  const hasher = new Hasher();
  const turn = inTurn();
  const order = inTurn();
  const one = async (number: number): Promise<boolean> => {
    const bytes = Math.min(RANGE_BYTES, size - (number - 1) * RANGE_BYTES);
    const { promise: taken, resolve: give } = Promise.withResolvers<Buffer | null>();
    // Checksums need the pieces in order: each waits for its turn there, with the memory it holds.
    const { data, release } = await turn(() => takePiece(bytes));
    try {
      const options = {
        signal,
        again: (error: unknown) => !(error instanceof Replaced) && wanted.address.worthAnother(error),
        tries: TRIES,
      };
      const hashed = order(async () => {
        const piece = await taken;
        if (piece !== null) await hasher.update(piece);
      });
      const came = await retry(() => fetchRange(number, data), options).catch((error) => {
        give(null);
        throw error;
      });
      give(came ? data : null);
      if (!came) return false;
      await Promise.all([writeFull(file, data, (number - 1) * RANGE_BYTES), hashed]);
      return true;
    } finally {
      release();
    }
  };
  try {
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    const [came] = await inParallel(numbers, AT_ONCE, async (number) => {
      if (number > 1) return (await ranges.promise) && one(number);
      const first = one(number);
      first.then(ranges.resolve, ranges.reject);
      return first;
    });
    if (!came) return 'whole';
    return { ...(await hasher.digest()), size, etag };
  } finally {
    await hasher.close();
    await file.close();
  }
}
