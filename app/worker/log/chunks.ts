/** The stored log: full chunks while the run lives, the rest at its end. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LOG_CHUNK_BYTES, LOG_CHUNK_LINES, LOG_LINE_BYTES } from '../../protocol/worker.ts';
import type { RunApi } from '../api.ts';
import { HttpError, isPassing } from '../http.ts';
import { retry } from '../retry.ts';
import type { Follower } from './follow.ts';
import { Scratch } from './scratch.ts';
import type { Position, Spool } from './spool.ts';

const compress = promisify(gzip);
/** Half the time of zlib's usual level for a few bytes more, and a piece of the answer is most of a chunk. */
const COMPRESSION = { level: 4, chunkSize: 128 * 1024 };
/** After the run's end, with the pauses between them about ten minutes; until then the log waits on disk, however long. */
const TRIES = 65;
/** In the spool: each byte escaped. */
const LONGEST_LINE_BYTES = 7 * LOG_LINE_BYTES;

/** Cuts and uploads; `onStored` is told the place up to which the log is safe. */
export function storeChunks(
  spool: Spool,
  from: Position,
  api: RunApi,
  signal: AbortSignal,
  onStored: (position: Position) => Promise<void>,
): Follower {
  let position = from;
  const memory = { read: new Scratch(), chunk: new Scratch() };
  const run = async () => {
    for (;;) {
      const { lines, next } = await gather(spool, position, memory);
      if (next.seq === position.seq) return;
      const body = await compress(lines, COMPRESSION);
      await upload({ api, spool, signal }, body, position.seq + 1, next.seq);
      position = next;
      await onStored(position);
    }
  };
  const done = run();
  done.catch(() => {}); // told where it is awaited
  return {
    get position() {
      return position;
    },
    done,
  };
}

/** The next chunk's lines; fewer than a full chunk only at the log's end. */
async function gather(
  spool: Spool,
  from: Position,
  memory: { read: Scratch; chunk: Scratch },
): Promise<{ lines: Buffer; next: Position }> {
  const lines = memory.chunk.room(LOG_CHUNK_BYTES + LONGEST_LINE_BYTES);
  let next = from;
  let bytes = 0;
  while (
    next.seq - from.seq < LOG_CHUNK_LINES &&
    bytes < LOG_CHUNK_BYTES &&
    (await spool.more(next.offset))
  ) {
    const most = LOG_CHUNK_LINES - (next.seq - from.seq);
    const slice = await spool.read(next, most, LOG_CHUNK_BYTES - bytes, memory.read);
    bytes += slice.data.copy(lines, bytes);
    next = slice.next;
  }
  return { lines: lines.subarray(0, bytes), next };
}

async function upload(
  { api, spool, signal }: { api: RunApi; spool: Spool; signal: AbortSignal },
  body: Buffer,
  first: number,
  last: number,
): Promise<void> {
  const file = { kind: 'log' as const, name: `${first}-${last}.ndjson.gz`, size: body.length };
  const attempt = async () => {
    const [target] = await api.uploads({ files: [file] });
    if (target === undefined) throw new Error('the API named no place for a piece of the log');
    await api.http.put(target.url, target.headers, body, body.length, signal);
    return target.storage_key;
  };
  // A signed address that was refused may just be too old: the next try asks for a new one.
  const mayPass = (error: unknown) =>
    isPassing(error) || (error instanceof HttpError && error.status === 403);
  let late = 0;
  const again = (error: unknown) => mayPass(error) && (!spool.closed || ++late < TRIES);
  const storage_key = await retry(attempt, { signal, again });
  await api.logChunk({ first_seq: first, last_seq: last, storage_key, bytes: body.length });
}
