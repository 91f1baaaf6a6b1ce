/** A run's log on disk, before anybody else has it: what is not here is not reported, what is here is not lost. */
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Scratch } from './scratch.ts';
import { Tail } from './tail.ts';

const LF = 0x0a;
/** Room for the longest line: 64 KiB of control characters, escaped. */
const READ_BYTES = 1024 * 1024;
/** Of most lines; so much is read for each that is wanted. */
const LINE_BYTES = 256;

/** A place in the log: `seq` is the number of the last line before it. */
export interface Position {
  offset: number;
  seq: number;
}
/** Whole lines, as they lie on disk; good until the reader reads again. */
export interface Slice {
  data: Buffer;
  lines: number;
  next: Position;
}
interface Segment {
  start: Position;
  size: number;
  path: string;
  file: FileHandle;
}

/** Appended to by one, read by several, each at its own pace; kept in segments so that what all have read can go. */
export class Spool {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #segments: Segment[] = [];
  #end: Position = { offset: 0, seq: 0 };
  #closed = false;
  #tail = new Tail(0);
  #waiting: (() => void)[] = [];

  private constructor(folder: string, segmentBytes: number) {
    this.#folder = folder;
    this.#segmentBytes = segmentBytes;
  }

  /** Opens the spool of a folder; one of an earlier life is continued, without a last line that is torn. */
  static async open(folder: string, segmentBytes = 16 * 1024 * 1024): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const spool = new Spool(folder, segmentBytes);
    const names = (await readdir(folder)).filter((name) => /^\d+-\d+\.ndjson$/.test(name)).sort();
    for (const name of names) await spool.#adopt(name);
    spool.#tail = new Tail(spool.#end.offset);
    return spool;
  }

  get end(): Position {
    return this.#end;
  }
  /** Where the oldest line is that still lies here. */
  get start(): Position {
    return this.#segments[0]?.start ?? this.#end;
  }
  get closed(): boolean {
    return this.#closed;
  }
  /** Bytes that lie here: what somebody has not read yet, and the rest of its segment. */
  get held(): number {
    return this.#end.offset - this.start.offset;
  }

  /** Appends whole lines, each with its line feed. Calls must not overlap. */
  async append(data: Buffer, lines: number): Promise<void> {
    let segment = this.#segments.at(-1);
    if (segment === undefined || segment.size >= this.#segmentBytes) segment = await this.#add(this.#end);
    for (let done = 0; done < data.length; ) {
      done += (await segment.file.write(data, done)).bytesWritten;
    }
    segment.size += data.length;
    this.#tail.add(data);
    this.#end = { offset: this.#end.offset + data.length, seq: this.#end.seq + lines };
    this.wake();
  }

  /** Nothing more will come. */
  close(): void {
    this.#closed = true;
    this.wake();
  }

  /** Waits until no more lies here than `most` says, which is asked again after `wake`. */
  async room(most: () => number): Promise<void> {
    while (this.held > most()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Waits until there is something behind `offset`; false where nothing will come any more. */
  async more(offset: number): Promise<boolean> {
    while (this.#end.offset <= offset) {
      if (this.#closed) return false;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return true;
  }

  /** Whole lines from a place on: at most so many, and never more than about a megabyte. */
  async read(
    from: Position,
    maxLines: number,
    maxBytes = READ_BYTES,
    scratch = new Scratch(),
  ): Promise<Slice> {
    for (const most of [maxLines * LINE_BYTES, READ_BYTES]) {
      const bytes = await this.#bytes(from, most, scratch);
      const { length, lines } = wholeLines(bytes, maxLines, maxBytes);
      const next = { offset: from.offset + length, seq: from.seq + lines };
      if (lines > 0) return { data: bytes.subarray(0, length), lines, next };
    }
    throw new Error(`the log's spool holds no whole line ${from.seq + 1}`);
  }

  /** Everything before `offset` was dealt with; full segments before it are deleted. */
  async release(offset: number): Promise<void> {
    while (this.#segments.length > 1 && (this.#segments[1] as Segment).start.offset <= offset) {
      const segment = this.#segments.shift() as Segment;
      await segment.file.close();
      await rm(segment.path, { force: true });
      this.wake();
    }
  }

  async dispose(): Promise<void> {
    this.close();
    await Promise.all(this.#segments.splice(0).map((segment) => segment.file.close()));
  }

  /** What lies behind a place, as far as one piece of memory or disk holds it. */
  async #bytes({ offset, seq }: Position, most: number, scratch: Scratch): Promise<Buffer> {
    if (this.#tail.has(offset)) {
      const bytes = scratch.room(Math.min(most, READ_BYTES, this.#end.offset - offset));
      this.#tail.read(offset, bytes);
      return bytes;
    }
    const segment = this.#segments.findLast((s) => s.start.offset <= offset);
    if (segment === undefined) throw new Error(`the log's spool no longer holds line ${seq + 1}`);
    const at = offset - segment.start.offset;
    const bytes = scratch.room(Math.min(most, READ_BYTES, segment.size - at));
    const { bytesRead } = await segment.file.read(bytes, 0, bytes.length, at);
    return bytes.subarray(0, bytesRead);
  }

  async #add(start: Position): Promise<Segment> {
    const name = `${String(start.offset).padStart(16, '0')}-${start.seq}.ndjson`;
    const path = join(this.#folder, name);
    const segment = { start, size: 0, path, file: await open(path, 'a+', 0o600) };
    this.#segments.push(segment);
    return segment;
  }

  async #adopt(name: string): Promise<void> {
    const [offset, seq] = name.replace('.ndjson', '').split('-').map(Number) as [number, number];
    const segment = await this.#add({ offset, seq });
    const { length, lines } = await measure(segment.file);
    await segment.file.truncate(length);
    segment.size = length;
    this.#end = { offset: offset + length, seq: seq + lines };
  }
}

/** How much of `bytes` are whole lines within the bounds; at least one where there is one. */
function wholeLines(bytes: Buffer, maxLines: number, maxBytes: number): { length: number; lines: number } {
  let length = 0;
  let lines = 0;
  while (lines < maxLines) {
    const end = bytes.indexOf(LF, length);
    if (end === -1 || (lines > 0 && end + 1 > maxBytes)) break;
    length = end + 1;
    lines++;
  }
  return { length, lines };
}

async function measure(file: FileHandle): Promise<{ length: number; lines: number }> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let position = 0;
  let length = 0;
  let lines = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return { length, lines };
    const chunk = buffer.subarray(0, bytesRead);
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) {
      lines++;
      length = position + at + 1;
    }
    position += bytesRead;
  }
}
