/**
 * Follows one run's log for everybody in this process who watches it: one subscription, one look at the rows in each silence,
 * and the last lines, once, for all. A viewer keeps no more than its place among them.
 */
import type { Status } from '../../platform/words.ts';
import type { Platform } from '../context.ts';
import { type Batch, continues, endOf, type Lines, type LogOf, streamBehind, unseen } from './live.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { later, type Position, START } from './window.ts';

export const ENDED: readonly Status[] = ['complete', 'error', 'crashed', 'stopped'];

/** The log at one moment, and where to go on behind it. */
export interface Look extends Snapshot {
  status: Status;
  /** Place among what came since: what is before it is in the snapshot. */
  next: number;
}
/** What came behind a viewer's place. The same object for all who stand at the same place. */
export interface Piece {
  lines: Lines[];
  next: number;
  seen: Position;
}

/** So long nothing comes before the rows are looked at. */
const SILENCE_MS = 250;
/** What is kept of the last lines: who is further behind reads on in the stream itself, or in the stored pieces. */
const KEPT_BYTES = 4_000_000;
/** More is given in several pieces: a slow viewer's connection holds one of them. */
const PIECE_BYTES = 1_000_000;
/** What a batch takes besides its bytes. */
const BATCH_BYTES = 300;
/** Who comes within this time of a look shares it. */
const FRESH_MS = 1000;
/** Many viewers are told less often, so that they cost no more: this much for each, and no more than that. */
const PAUSE_MS = { each: 0.2, most: 150 };

/**
 * Lines, or that the rows told something new: stored lines, which may never come by, or another status (a lost attempt's last
 * line is in no stream).
 */
interface Entry {
  batch: Batch | null;
  moved: boolean;
  size: number;
}

export class Follower {
  readonly #platform: Platform;
  readonly #log: LogOf;
  readonly #gone: () => void;
  #viewers = 0;
  #entries: Entry[] = [];
  /** Place of the first entry that is kept. */
  #first = 0;
  #size = 0;
  #status: Status = 'started';
  #stored: Position = START;
  #look: { asked: number; next: number; found: Promise<Look> } | undefined;
  #end: (() => void) | undefined;
  #silence: NodeJS.Timeout | undefined;
  #piece: { from: number; seen: Position; end: number; piece: Piece } | undefined;
  #onward: { seen: Position; found: Promise<Lines[]> } | undefined;
  readonly #waiting = new Set<() => void>();
  #told = 0;
  #telling: NodeJS.Timeout | undefined;

  constructor(platform: Platform, log: LogOf, gone: () => void) {
    this.#platform = platform;
    this.#log = log;
    this.#gone = gone;
  }

  get #next(): number {
    return this.#first + this.#entries.length;
  }

  enter(): void {
    this.#viewers++;
  }
  leave(): void {
    if (--this.#viewers > 0) return;
    this.#end?.();
    clearTimeout(this.#silence);
    clearTimeout(this.#telling);
    this.#gone();
  }

  /** The last look, if it is still held: what it shows behind a viewer's place is right, also where much came since. */
  get known(): Promise<Look> | undefined {
    return this.#look?.found;
  }

  /** `least`: what the look must hold, as a place; a hole is only mended by one that begins behind it. */
  look(least = 0): Promise<Look> {
    const known = this.#look;
    if (known && known.next >= Math.max(least, this.#first) && performance.now() - known.asked < FRESH_MS)
      return known.found;
    const next = this.#next;
    const found = this.#read(next);
    const look = { asked: performance.now(), next, found };
    this.#look = look;
    found.catch(() => {
      if (this.#look === look) this.#look = undefined;
    });
    return found;
  }

  /** `hole`: it does not go on here; a look that holds this place tells how. */
  take(from: number, seen: Position): Piece | { hole: number } {
    if (from < this.#first) return { hole: this.#first };
    const known = this.#piece;
    if (known?.from === from && known.end === this.#next && same(known.seen, seen)) return known.piece;
    const piece: Piece = { lines: [], next: from, seen };
    let bytes = 0;
    for (const { batch, moved } of this.#entries.slice(from - this.#first)) {
      if (bytes > PIECE_BYTES) break;
      const isHole =
        batch === null ? moved || later(this.#stored, piece.seen) : !continues(piece.seen, batch);
      if (isHole && piece.lines.length === 0) return { hole: piece.next + 1 };
      if (isHole) break;
      piece.next++;
      const lines = batch && unseen(piece.seen, batch);
      if (lines === null) continue;
      bytes += batch?.json.length ?? 0;
      piece.lines.push(lines);
      piece.seen = endOf(lines);
    }
    this.#piece = { from, seen, end: this.#next, piece };
    return piece;
  }

  /**
   * What comes behind a place that the kept lines do not reach, read from the stream: under a flood a look at the whole log would
   * be outdated before it is read. Empty: it does not go on there.
   */
  async readOn(seen: Position): Promise<Piece> {
    const known = this.#onward;
    const found =
      known && same(known.seen, seen)
        ? known.found
        : streamBehind(this.#platform, this.#log, seen).catch((): Lines[] => []);
    this.#onward = { seen, found };
    const lines = await found;
    // What is there stays right; where nothing was, there may be something now.
    if (lines.length === 0 && this.#onward?.found === found) this.#onward = undefined;
    return { lines, next: this.#first, seen: lines.length > 0 ? endOf(lines.at(-1)!) : seen };
  }

  /** Until there is something at `place`, or for `ms`. */
  async came(place: number, ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.#next > place || signal.aborted) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake);
    this.#waiting.add(wake);
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
    this.#waiting.delete(wake);
    return this.#next > place;
  }

  async #read(next: number): Promise<Look> {
    // The status comes first: after an end no line is added, so the snapshot behind it is complete.
    const { status } = await rowsOf(this.#platform, this.#log);
    const now = await snapshot(this.#platform, this.#log);
    if (this.#viewers > 0) this.#begin(now.cursor, status);
    return { ...now, status, next: now.whole ? next : this.#first };
  }

  #begin(cursor: string, status: Status): void {
    if (this.#end) return;
    this.#status = status;
    const { slug, executionId } = this.#log;
    this.#end = this.#platform.queue.followLog(slug, executionId, cursor, (batches) => {
      for (const batch of batches) this.#add(batch);
      this.#listen();
    });
    this.#listen();
  }

  #add(batch: Batch | null, moved = false): void {
    const size = BATCH_BYTES + (batch?.json.length ?? 0);
    this.#entries.push({ batch, moved, size });
    this.#size += size;
    let old = 0;
    for (; this.#size > KEPT_BYTES && old < this.#entries.length - 1; old++)
      this.#size -= this.#entries[old]!.size;
    if (old > 0) this.#entries.splice(0, old);
    this.#first += old;
    // It holds lines, and nobody shares it any more.
    if (this.#look && performance.now() - this.#look.asked > FRESH_MS) this.#look = undefined;
    this.#tell();
  }

  #tell(): void {
    if (this.#telling) return;
    const pause = Math.min(PAUSE_MS.most, this.#viewers * PAUSE_MS.each);
    const left = this.#told + pause - performance.now();
    this.#telling = setTimeout(
      () => {
        this.#telling = undefined;
        this.#told = performance.now();
        for (const wake of this.#waiting) wake();
      },
      Math.max(0, left),
    );
  }

  #listen(): void {
    clearTimeout(this.#silence);
    if (this.#viewers > 0) this.#silence = setTimeout(() => void this.#ask(), SILENCE_MS);
  }

  async #ask(): Promise<void> {
    try {
      const { status, stored } = await rowsOf(this.#platform, this.#log);
      const moved = status !== this.#status;
      const isNews = moved || later(stored, this.#stored);
      [this.#status, this.#stored] = [status, stored];
      if (isNews) this.#add(null, moved);
    } catch (error) {
      // Lines go on coming by Redis; what the rows say comes when they are back.
      this.#platform.log.debug({ err: error, execution: this.#log.executionId }, 'a followed log: no rows');
    }
    this.#listen();
  }
}

const followers = new WeakMap<Platform, Map<string, Follower>>();

/** The run's follower; to be entered and left. */
export function followerOf(platform: Platform, log: LogOf): Follower {
  const all = followers.get(platform) ?? new Map<string, Follower>();
  followers.set(platform, all);
  const known = all.get(log.executionId);
  if (known) return known;
  const made = new Follower(platform, log, () => all.delete(log.executionId));
  all.set(log.executionId, made);
  return made;
}

const same = (a: Position, b: Position) => a.attempt === b.attempt && a.seq === b.seq;

/** The run's status, and the last line that is stored. */
async function rowsOf(
  { db }: Platform,
  { executionId }: LogOf,
): Promise<{ status: Status; stored: Position }> {
  const row = await db
    .selectFrom('executions')
    .leftJoin('log_chunks', 'log_chunks.execution_id', 'executions.id')
    .select(['status', 'log_chunks.attempt', (eb) => eb.fn.max('last_seq').as('seq')])
    .where('executions.id', '=', executionId)
    .groupBy(['status', 'log_chunks.attempt'])
    .orderBy('log_chunks.attempt', (ob) => ob.desc().nullsLast())
    .limit(1)
    .executeTakeFirst();
  return {
    status: row?.status ?? 'stopped',
    stored: { attempt: row?.attempt ?? 0, seq: Number(row?.seq ?? 0) },
  };
}
