/** What transfers may hold at the same time, such as memory. Whoever asks for more than all of it gets it once nobody else has any. */
export class Budget {
  readonly #total: number;
  #used = 0;
  readonly #waiting: { bytes: number; go: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  /** Waits for so much; gives what returns them, which may be called twice. */
  async take(bytes: number): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#fits(bytes)) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push({ bytes, go: resolve });
      await promise;
    } else this.#used += bytes;
    let held = bytes;
    return () => {
      this.#used -= held;
      held = 0;
      this.#next();
    };
  }

  get left(): number {
    return this.#total - this.#used;
  }

  /** Whether nobody has any of it. */
  get isFree(): boolean {
    return this.#used === 0;
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#total;
  }

  #next(): void {
    for (let [first] = this.#waiting; first && this.#fits(first.bytes); [first] = this.#waiting) {
      this.#waiting.shift();
      this.#used += first.bytes;
      first.go();
    }
  }
}
