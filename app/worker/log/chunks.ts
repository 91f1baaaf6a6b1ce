/** The stored log: full chunks while the run lives, the rest at its end. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LOG_CHUNK_BYTES, LOG_CHUNK_LINES } from '../../protocol/worker.ts';
import type { RunApi } from '../api.ts';
import { HttpError, isPassing } from '../http.ts';
import { retry } from '../retry.ts';
import type { Follower } from './follow.ts';
import type { Position, Spool } from './spool.ts';

const compress = promisify(gzip);
/** After the run's end, with the pauses between them about ten minutes; until then the log waits on disk, however long. */
const TRIES = 65;

/** Cuts and uploads; `onStored` is told the place up to which the log is safe. */
export function storeChunks(
  spool: Spool,
  from: Position,
  api: RunApi,
  signal: AbortSignal,
  onStored: (position: Position) => Promise<void>,
): Follower {
  let position = from;
  const run = async () => {
    for (;;) {
      const { parts, next } = await gather(spool, position);
      if (next.seq === position.seq) return;
      const body = await compress(Buffer.concat(parts));
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
async function gather(spool: Spool, from: Position): Promise<{ parts: Buffer[]; next: Position }> {
  const parts: Buffer[] = [];
  let next = from;
  let bytes = 0;
  while (
    next.seq - from.seq < LOG_CHUNK_LINES &&
    bytes < LOG_CHUNK_BYTES &&
    (await spool.more(next.offset))
  ) {
    const slice = await spool.read(next, LOG_CHUNK_LINES - (next.seq - from.seq), LOG_CHUNK_BYTES - bytes);
    parts.push(slice.data);
    bytes += slice.data.length;
    next = slice.next;
  }
  return { parts, next };
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
