/** A line may take three bytes for each UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * The bytes that wait to be written, in the order of the log, in one buffer that is kept from batch to batch: making a
 * megabyte for every batch would cost more than filling it.
 */
export class PendingBytes {
  readonly #usualSize: number;
  #buffer: Buffer;
  #start = 0;
  #end = 0;

  /** `usualSize`: bytes that are kept ready; more are had when more wait, and given back. */
  constructor(usualSize: number) {
    this.#usualSize = usualSize;
    this.#buffer = Buffer.allocUnsafeSlow(usualSize);
  }

  /** How many bytes wait. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Adds a text as UTF-8; answers its bytes, which are those of the buffer and only good until the next call. */
  add(text: string): Buffer {
    this.#makeRoom(text.length * MAX_BYTES_PER_UNIT);
    const start = this.#end;
    this.#end += this.#buffer.write(text, start, 'utf8');
    return this.#buffer.subarray(start, this.#end);
  }

  /** Forgets what was added since there were `size` of them. */
  takeBack(size: number): void {
    this.#end = this.#start + size;
  }

  /** The first `size` bytes. They stay as they are until `release`, whatever is added meanwhile. */
  first(size: number): Buffer {
    return this.#buffer.subarray(this.#start, this.#start + size);
  }

  /** Lets go of the first `size` bytes. */
  release(size: number): void {
    this.#start += size;
    if (this.#start < this.#end) return;
    [this.#start, this.#end] = [0, 0];
    if (this.#buffer.length > this.#usualSize) this.#buffer = Buffer.allocUnsafeSlow(this.#usualSize);
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const waiting = this.size;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#usualSize, 2 * (waiting + bytes)));
    // What is being written is in the old buffer, which stays whole.
    this.#buffer.copy(larger, 0, this.#start, this.#end);
    this.#buffer = larger;
    [this.#start, this.#end] = [0, waiting];
  }
}
