/** Takes secret values out of a stream of bytes, wherever the stream is cut. */
import { secretForms } from './secret-forms.ts';

export const MASK = '***';
const MASK_BYTES = Buffer.from(MASK);

/**
 * Every occurrence of a pattern becomes `***`, overlapping ones become one. Only bytes that may be the beginning of a
 * pattern are held back, never more than the longest pattern.
 */
export class Redactor {
  readonly #patterns: Patterns;
  #held: Buffer = Buffer.alloc(0);
  /** So many of the held bytes are behind a mask that already left. */
  #covered = 0;

  constructor(patterns: Patterns) {
    this.#patterns = patterns;
  }

  /** Gives the bytes that may be shown by now. */
  push(chunk: Buffer): Buffer {
    if (this.#patterns.list.length === 0) return chunk;
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const keep = this.#patterns.tail(bytes);
    const out = this.#mask(bytes, bytes.length - keep);
    this.#held = keep === 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(bytes.length - keep));
    return out;
  }

  /** The stream is over: what was held back is no secret. */
  end(): Buffer {
    const out = this.#mask(this.#held, this.#held.length);
    this.#held = Buffer.alloc(0);
    return out;
  }

  /** The first `limit` bytes, masked. Matches behind the limit are found again with the next chunk. */
  #mask(bytes: Buffer, limit: number): Buffer {
    const matches = this.#patterns.matches(bytes);
    if (matches.length === 0 && this.#covered === 0) return bytes.subarray(0, limit);
    const parts: Buffer[] = [];
    let covered = this.#covered;
    let shown = Math.min(covered, limit);
    for (const [start, end] of matches) {
      if (start >= limit) break;
      if (start >= covered) {
        parts.push(bytes.subarray(shown, start), MASK_BYTES);
      }
      covered = Math.max(covered, end);
      shown = Math.min(covered, limit);
    }
    parts.push(bytes.subarray(shown, limit));
    this.#covered = Math.max(0, covered - limit);
    return Buffer.concat(parts);
  }
}

/** What to look for, prepared once for all streams of a run. */
export class Patterns {
  readonly list: Buffer[];
  readonly #byFirst = new Map<number, Buffer[]>();
  readonly #longest: number;
  readonly #any: RegExp | null;

  constructor(secrets: readonly string[]) {
    this.list = secretForms(secrets).map((form) => Buffer.from(form));
    this.#longest = Math.max(0, ...this.list.map((pattern) => pattern.length));
    for (const pattern of this.list) {
      const first = pattern[0] as number;
      this.#byFirst.set(first, [...(this.#byFirst.get(first) ?? []), pattern]);
    }
    const alternatives = this.list.map((pattern) => escapeRegExp(pattern.toString('latin1')));
    this.#any = alternatives.length === 0 ? null : new RegExp(alternatives.join('|'));
  }

  /** Intervals of all occurrences, overlapping ones too, by start. */
  matches(bytes: Buffer): [start: number, end: number][] {
    if (this.#any === null || !this.#any.test(bytes.toString('latin1'))) return [];
    const found: [number, number][] = [];
    for (const pattern of this.list) {
      for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) {
        found.push([at, at + pattern.length]);
      }
    }
    return found.sort((a, b) => a[0] - b[0]);
  }

  /** Length of the longest end of `bytes` that begins a pattern without completing it. */
  tail(bytes: Buffer): number {
    for (let at = Math.max(0, bytes.length - this.#longest + 1); at < bytes.length; at++) {
      const length = bytes.length - at;
      for (const pattern of this.#byFirst.get(bytes[at] as number) ?? []) {
        if (pattern.length > length && bytes.compare(pattern, 0, length, at) === 0) return length;
      }
    }
    return 0;
  }

  /** A whole text, masked at once. */
  redact(text: string): string {
    if (this.list.length === 0) return text;
    const redactor = new Redactor(this);
    return Buffer.concat([redactor.push(Buffer.from(text)), redactor.end()]).toString();
  }
}

const escapeRegExp = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
