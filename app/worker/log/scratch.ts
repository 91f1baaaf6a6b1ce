/** Memory that is used again and again: what is taken anew for each batch of a flood is what the garbage collector is busy with. */
export class Scratch {
  #bytes = Buffer.alloc(0);

  /** Room for so many bytes; what was given before is no longer good. */
  room(bytes: number): Buffer {
    if (this.#bytes.length < bytes) this.#bytes = Buffer.allocUnsafeSlow(bytes);
    return this.#bytes.subarray(0, bytes);
  }
}
