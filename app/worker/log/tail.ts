/** The end of a spool, in memory: who keeps pace with the job reads no disk. */

/** So much is kept of each run's log. */
const KEPT_BYTES = 1024 * 1024;

export class Tail {
  readonly #ring = Buffer.allocUnsafeSlow(KEPT_BYTES);
  #start: number;
  #end: number;

  /** `offset`: where the spool ends now. */
  constructor(offset: number) {
    this.#start = offset;
    this.#end = offset;
  }

  add(data: Buffer): void {
    const end = this.#end + data.length;
    for (let at = Math.max(0, data.length - KEPT_BYTES); at < data.length; ) {
      at += data.copy(this.#ring, (this.#end + at) % KEPT_BYTES, at);
    }
    this.#end = end;
    this.#start = Math.max(this.#start, end - KEPT_BYTES);
  }

  has(offset: number): boolean {
    return offset >= this.#start && offset < this.#end;
  }

  /** Fills `into` with what lies at an offset that is here. */
  read(offset: number, into: Buffer): void {
    for (let done = 0; done < into.length; ) {
      const from = (offset + done) % KEPT_BYTES;
      done += this.#ring.copy(into, done, from, Math.min(KEPT_BYTES, from + into.length - done));
    }
  }
}
