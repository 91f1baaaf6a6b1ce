/** Reads a spool from a place on, batch by batch, up to its end. */
import type { Position, Slice, Spool } from './spool.ts';

export interface Follower {
  /** Everything before was dealt with. */
  readonly position: Position;
  /** Settles once the closed spool was read to its end; fails with what `handle` failed with. */
  readonly done: Promise<void>;
}
export interface Bounds {
  maxLines: number;
  maxBytes: number;
}

/** Calls `handle` with each batch in order, the next only after the last one is done. */
export function follow(
  spool: Spool,
  from: Position,
  bounds: Bounds,
  handle: (slice: Slice, from: Position) => Promise<void>,
  /** After each batch. */
  onRead: () => void = () => {},
): Follower {
  let position = from;
  const run = async () => {
    while (await spool.more(position.offset)) {
      const slice = await spool.read(position, bounds.maxLines, bounds.maxBytes);
      await handle(slice, position);
      position = slice.next;
      onRead();
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

/** The lines of a slice, as values. */
export function parseLines<T>(data: Buffer): T[] {
  return JSON.parse(`[${data.toString('utf8', 0, data.length - 1).replaceAll('\n', ',')}]`) as T[];
}
