/**
 * A whole batch of log lines as server-sent events, byte by byte: to parse each line and write it out again was most of what a
 * flood costs.
 */

/** As the queue gives it: the JSON list of `[seq, time, stream, message]`, from line `first` to line `last`. */
interface Batch {
  attempt: number;
  first?: number | undefined;
  last: number;
  json: Buffer;
}

const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE, ZERO] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x30];
const SPACE = 0x20;
const DATA = Buffer.from('\ndata: {"seq":');
const NAMES = ['time', 'stream', 'message'].map((name) => Buffer.from(`,"${name}":"`));
const END = Buffer.from('"}\n\n');
/** What a line grows by, at most. */
const GROWTH = 100;
const FIRST_BYTES = 64 * 1024;
const KEPT_BYTES = 4 * 1024 * 1024;

/** Events on their way to viewers. One memory for all of them, which is let go where a flood made it large. */
export class Frames {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  text(text: string): void {
    this.#makeRoom(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** The same bytes as `sentEvent` of each line; false, and nothing: it is not written as our workers do, and is to be parsed. */
  batch({ attempt, first, last, json }: Batch): boolean {
    if (first === undefined || last - first > json.length) return false;
    const id = Buffer.from(`id: ${attempt}-`);
    this.#makeRoom(json.length + (last - first + 1) * (GROWTH + id.length));
    const to = write(json, id, first, last, this.#bytes, this.#length);
    if (to === undefined) return false;
    this.#length = to;
    return true;
  }

  /** All of it, and forgets it. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    return taken;
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Where the frames end; undefined: these are not the lines. */
function write(
  json: Buffer,
  id: Buffer,
  first: number,
  last: number,
  out: Buffer,
  start: number,
): number | undefined {
  let to = start;
  let at = 0;
  const put = (bytes: Buffer) => {
    for (let n = 0; n < bytes.length; n++) out[to++] = bytes[n]!;
  };
  for (let seq = first; seq <= last; seq++) {
    if (json[at++] !== (seq === first ? OPEN : COMMA) || json[at++] !== OPEN) return;
    put(id);
    const begins = at;
    let number = 0;
    for (; isDigit(json[at]); at++) number = number * 10 + json[at]! - ZERO;
    if (number !== seq || json[begins] === ZERO) return;
    for (let n = begins; n < at; n++) out[to++] = json[n]!;
    put(DATA);
    for (let n = begins; n < at; n++) out[to++] = json[n]!;
    for (const name of NAMES) {
      if (json[at++] !== COMMA || json[at++] !== QUOTE) return;
      put(name);
      for (let byte = json[at++]; byte !== QUOTE; byte = json[at++]) {
        if (byte === undefined || byte < SPACE) return;
        out[to++] = byte;
        if (byte === BACKSLASH && json[at]! >= SPACE) out[to++] = json[at++]!;
      }
      if (name !== NAMES[2]) out[to++] = QUOTE;
    }
    put(END);
    if (json[at++] !== CLOSE) return;
  }
  return json[at] === CLOSE && at === json.length - 1 ? to : undefined;
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
