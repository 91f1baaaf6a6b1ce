/** Reads a spool from a place on, batch by batch, up to its end. */
import { Scratch } from './scratch.ts';
import type { Position, Slice, Spool } from './spool.ts';

const [LF, OPEN, COMMA, CLOSE] = Buffer.from('\n[,]') as Iterable<number> as [number, number, number, number];

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
  const scratch = new Scratch();
  const run = async () => {
    while (await spool.more(position.offset)) {
      const slice = await spool.read(position, bounds.maxLines, bounds.maxBytes, scratch);
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

/** The lines of a slice as one JSON list, in that memory. */
export function asList(data: Buffer, scratch = new Scratch()): Buffer {
  const list = scratch.room(data.length + 1);
  data.copy(list, 1);
  list[0] = OPEN;
  for (let at = list.indexOf(LF); at !== -1; at = list.indexOf(LF, at + 1)) list[at] = COMMA;
  list[data.length] = CLOSE;
  return list;
}
