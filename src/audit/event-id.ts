import { randomBytes } from 'node:crypto';

/** Identifiers served by one draw of random bytes. */
const IDS_PER_DRAW = 512;
const HEX_PER_ID = 16;

/**
 * Event ids: UUIDv7 (RFC 9562 §5.7) that sort in the order they were made.
 *
 * 48 bits of time, a 12-bit counter that restarts with each millisecond, 62 random bits. Past 4,096 ids in one
 * millisecond the time part runs ahead by one (RFC 9562 §6.2). `randomUUIDv7` of node:crypto reads the system
 * clock and does not order ids within a millisecond.
 */
export class EventIds {
  #ms = -1;
  #counter = 0;
  #prefix = '';
  #random = '';
  #used = IDS_PER_DRAW;

  /** The next id, for an event of the time `ms` (milliseconds since 1970, an integer, never running backwards). */
  next(ms: number): string {
    if (ms > this.#ms) this.#startMillisecond(ms);
    else if (this.#counter === 0xfff) this.#startMillisecond(this.#ms + 1);
    else this.#counter += 1;
    return `${this.#prefix}${hex(this.#counter, 3)}-${this.#tail()}`;
  }

  #startMillisecond(ms: number): void {
    const time = hex(ms, 12);
    this.#ms = ms;
    this.#counter = 0;
    this.#prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  }

  #tail(): string {
    if (this.#used === IDS_PER_DRAW) {
      this.#random = randomBytes((IDS_PER_DRAW * HEX_PER_ID) / 2).toString('hex');
      this.#used = 0;
    }
    const start = this.#used * HEX_PER_ID;
    this.#used += 1;
    // The variant bits 10 leave two random bits of the first digit: one of 8, 9, a, b.
    const variant = '89ab'.charAt(this.#random.charCodeAt(start) & 3);
    return `${variant}${this.#random.slice(start + 1, start + 4)}-${this.#random.slice(start + 4, start + HEX_PER_ID)}`;
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
