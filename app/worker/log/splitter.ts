/** From bytes to lines, in constant memory. What comes out depends on the bytes alone, not on how they were cut. */
import { LOG_LINE_BYTES } from '../../protocol/worker.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Marks of a line that was too long for one piece. */
export const CONTINUES = '… [continues]';
export const CONTINUED = '[continued] …';

/** A line: what lies in `bytes` from `start` to `end`, which is good until the call returns. */
type Emit = (bytes: Buffer, start: number, end: number) => void;

/**
 * Splits at `\n`. A `\r` begins its line anew, so that of a progress bar the last state remains. A longer line than
 * `limit` bytes leaves in marked pieces.
 */
export class LineSplitter {
  readonly #limit: number;
  readonly #emit: Emit;
  /** The line's beginning, where it came without its end. */
  readonly #buffer: Buffer;
  #length = 0;
  /** A `\r` was seen and nothing behind it yet: it may belong to a `\r\n`. */
  #returned = false;
  #pieces = 0;
  /** Something of the present line was seen: at the end of the stream it counts even without a `\n`. */
  #open = false;

  constructor(emit: Emit, limit = LOG_LINE_BYTES) {
    this.#emit = emit;
    this.#limit = limit;
    this.#buffer = Buffer.allocUnsafe(limit);
  }

  push(chunk: Buffer): void {
    let start = 0;
    // Searched for once, not once a line: most output has none.
    let nextReturn = chunk.indexOf(CR);
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      if (nextReturn !== -1 && nextReturn < start) nextReturn = chunk.indexOf(CR, start);
      const plain = (nextReturn === -1 || nextReturn > end) && end - start <= this.#limit;
      if (!this.#open && plain) this.#emit(chunk, start, end);
      else {
        this.#add(chunk, start, end);
        this.#endLine();
      }
      start = end + 1;
    }
    this.#add(chunk, start, chunk.length);
  }

  /** The stream is over: what is left becomes the last line. */
  end(): void {
    if (this.#open) this.#endLine();
  }

  #add(chunk: Buffer, start: number, end: number): void {
    if (start < end) this.#open = true;
    for (let from = start; from < end; ) {
      const found = chunk.indexOf(CR, from);
      const to = found === -1 || found > end ? end : found;
      if (to > from) this.#addSegment(chunk, from, to);
      if (to < end) this.#returned = true;
      from = to + 1;
    }
  }

  #addSegment(chunk: Buffer, start: number, end: number): void {
    if (this.#returned) this.#length = 0;
    this.#returned = false;
    for (let from = start; from < end; ) {
      if (this.#length === this.#limit) this.#emitPiece();
      const to = Math.min(end, from + this.#limit - this.#length);
      chunk.copy(this.#buffer, this.#length, from, to);
      this.#length += to - from;
      from = to;
    }
  }

  /** The buffer is full and the line goes on. A character that is not complete waits for the next piece. */
  #emitPiece(): void {
    const cut = characterStart(this.#buffer, this.#length);
    this.#emitMarked(cut, CONTINUES);
    this.#pieces++;
    this.#buffer.copyWithin(0, cut, this.#length);
    this.#length -= cut;
  }

  #endLine(): void {
    if (this.#pieces === 0) this.#emit(this.#buffer, 0, this.#length);
    else this.#emitMarked(this.#length, '');
    this.#length = 0;
    this.#pieces = 0;
    this.#returned = false;
    this.#open = false;
  }

  #emitMarked(end: number, behind: string): void {
    const before = this.#pieces === 0 ? '' : CONTINUED;
    const marked = [Buffer.from(before), this.#buffer.subarray(0, end), Buffer.from(behind)];
    const piece = Buffer.concat(marked);
    this.#emit(piece, 0, piece.length);
  }
}

/** Where to cut before `end` so that no UTF-8 character is torn; `end` itself where the bytes are no UTF-8. */
function characterStart(bytes: Buffer, end: number): number {
  for (let back = 1; back <= Math.min(4, end - 1); back++) {
    const byte = bytes[end - back] as number;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? end - back : end;
  }
  return end;
}
