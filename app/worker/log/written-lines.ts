/** Lines on their way to the spool, written out as they lie there, byte by byte: `[seq,"time","stream","message"]`. */
import { isUtf8 } from 'node:buffer';
import type { LogLine } from '../../protocol/worker.ts';
import { formatMicros } from './stamps.ts';

type Stream = LogLine[2];
const FIRST_BYTES = 128 * 1024;
/** Of a line besides its message, at most. */
const FRAME_BYTES = 80;
/** What a byte may become: `\u001b`. */
const ESCAPED_BYTES = 6;

const [LF, QUOTE, OPEN, CLOSE, ZERO] = [0x0a, 0x22, 0x5b, 0x5d, 0x30];
const ASCII_END = 0x80;
/** How JSON writes a byte that it does not take as it is. NUL, which is no text, becomes U+FFFD. */
const ESCAPES: (Buffer | undefined)[] = Array.from({ length: ASCII_END }, (_, byte) => {
  const written = JSON.stringify(String.fromCharCode(byte === 0 ? 0xfffd : byte)).slice(1, -1);
  return byte !== 0 && written.length === 1 ? undefined : Buffer.from(written);
});
const IS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < ASCII_END && ESCAPES[byte] === undefined ? 1 : 0,
);
const STREAMS: Record<Stream, Buffer> = {
  status: Buffer.from('","status","'),
  stdout: Buffer.from('","stdout","'),
  stderr: Buffer.from('","stderr","'),
};

export class WrittenLines {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** What was taken lies there. */
  #other = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  #count = 0;
  #second = -1;
  /** `,"YYYY-MM-DDTHH:MM:SS.`, written out once a second, not once a line. */
  #upToSecond = Buffer.alloc(0);

  get count(): number {
    return this.#count;
  }
  get bytes(): number {
    return this.#length;
  }

  /** The message is what lies in `bytes` from `start` to `end`; what is no UTF-8 in it becomes U+FFFD. `micros`: since 1970. */
  add(seq: number, micros: number, stream: Stream, bytes: Buffer, start: number, end: number): void {
    this.#makeRoom(FRAME_BYTES + (end - start) * ESCAPED_BYTES);
    const second = Math.floor(micros / 1e6);
    if (second !== this.#second) {
      this.#second = second;
      this.#upToSecond = Buffer.from(`,"${formatMicros(second * 1e6).slice(0, -6)}`);
    }
    this.#bytes[this.#length++] = OPEN;
    this.#number(seq, digitsOf(seq));
    this.#copy(this.#upToSecond);
    this.#number(micros - second * 1e6, 6);
    this.#copy(STREAMS[stream]);
    this.#message(bytes, start, end);
    this.#bytes[this.#length++] = QUOTE;
    this.#bytes[this.#length++] = CLOSE;
    this.#bytes[this.#length++] = LF;
    this.#count++;
  }

  /** Gives all lines and forgets them; good until the next time. */
  take(): { data: Buffer; lines: number } {
    const taken = { data: this.#bytes.subarray(0, this.#length), lines: this.#count };
    [this.#bytes, this.#other] = [this.#other, this.#bytes];
    this.#length = 0;
    this.#count = 0;
    return taken;
  }

  #message(bytes: Buffer, start: number, end: number, checked = false): void {
    const out = this.#bytes;
    let to = this.#length;
    let isText = checked;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] as number;
      if (IS_PLAIN[byte] === 1 || (isText && byte >= ASCII_END)) out[to++] = byte;
      else if (byte < ASCII_END) {
        const escaped = ESCAPES[byte] as Buffer;
        for (let n = 0; n < escaped.length; n++) out[to++] = escaped[n] as number;
      } else if (isUtf8(bytes.subarray(at, end))) {
        isText = true;
        out[to++] = byte;
      } else {
        const mended = Buffer.from(bytes.toString('utf8', start, end));
        this.#message(mended, 0, mended.length, true);
        return;
      }
    }
    this.#length = to;
  }

  #copy(from: Buffer): void {
    for (let n = 0; n < from.length; n++) this.#bytes[this.#length++] = from[n] as number;
  }

  #number(value: number, digits: number): void {
    let rest = value;
    for (let at = this.#length + digits - 1; at >= this.#length; at--) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.#length += digits;
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; bound <= value; bound *= 10) digits++;
  return digits;
}
