const SPACE = 0x20;
const LINE_FEED = 0x0a;
/** What may combine with the character before it, or is not seen. */
const COMBINES = /[\p{M}\p{DI}\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc\ud7b0-\ud7ff]/u;
/** Latin, Greek, Cyrillic and most other scripts, signs, and kana. */
const TABLE_END = 0x3100;
/** What a table says of a unit that folds to more or less than one, or together with its neighbours. */
const NOT_ALONE = 0;

/** What takes units as they fold: one that stood at a place for itself, and a piece that has to be folded as one. */
export type UnitSink = {
  /** A unit that folds for itself; a gap is a space or a line feed. */
  add(unit: number, at: number): void;
  addPiece(piece: string, at: number): void;
};

/** What text reads as: units that fold for themselves, the others by `foldLetters`, every gap as one space or one line feed. */
export function foldUnits(text: string, foldLetters: (text: string) => string): string {
  const folded = new GapEvener(text.length, foldLetters);
  eachUnit(text, foldLetters, folded);
  return folded.toString();
}

/**
 * Hands over the units of a text that fold for themselves, by a table, and the others, each with the unit before it.
 * `foldLetters` MUST give of such a piece what it gives of it inside the text.
 */
export function eachUnit(text: string, foldLetters: (text: string) => string, sink: UnitSink): void {
  const table = tableOf(foldLetters);
  const units = unitsOf(text);
  for (let at = handAlone(units, 0, { table, sink }); at < units.length; ) {
    let end = at + 1;
    while (end < units.length && alone(units, end, table) === NOT_ALONE) end += 1;
    sink.addPiece(text.slice(at, end), at);
    at = handAlone(units, end, { table, sink });
  }
}

/** A copy that is looked up faster than a string. */
function unitsOf(text: string): Uint16Array {
  const bytes = Buffer.from(text, 'utf16le');
  return new Uint16Array(bytes.buffer, bytes.byteOffset, text.length);
}

/** Hands over units up to the first one that the next one combines with, or that does not fold for itself. */
function handAlone(
  units: Uint16Array,
  from: number,
  { table, sink }: { table: Uint16Array; sink: UnitSink },
): number {
  let unit = alone(units, from, table);
  let at = from;
  while (at < units.length) {
    const next = alone(units, at + 1, table);
    if (unit === NOT_ALONE || next === NOT_ALONE) return at;
    sink.add(unit, at);
    unit = next;
    at += 1;
  }
  return at;
}

/** What the unit at a place folds to for itself; beyond the end, any unit that does not combine. */
function alone(units: Uint16Array, at: number, table: Uint16Array): number {
  const unit = units[at] ?? SPACE;
  if (unit < TABLE_END) return table[unit] ?? NOT_ALONE;
  const isItself = (unit >= 0x4e00 && unit < 0xa000) || (unit >= 0xac00 && unit < 0xd7a4);
  return isItself ? unit : NOT_ALONE;
}

let made: Uint16Array | undefined;

/** Made when the first text needs it. */
function tableOf(foldLetters: (text: string) => string): Uint16Array {
  made ??= Uint16Array.from({ length: TABLE_END }, (_, code) => {
    const unit = String.fromCharCode(code);
    const folded = foldLetters(unit);
    return COMBINES.test(unit) || folded.length !== 1 ? NOT_ALONE : gapOr(folded.charCodeAt(0));
  });
  return made;
}

/** A space or a line feed for what is a gap; NUL is one, so no unit that folds for itself is 0. */
export function gapOr(unit: number): number {
  if (unit === LINE_FEED || unit === 0x0d || unit === 0x2028 || unit === 0x2029) return LINE_FEED;
  return unit <= SPACE || (unit >= 0x7f && unit < 0xa1) || unit === 0x1680 ? SPACE : unit;
}

/** Units one after the other, gaps in a row as one: a line feed where one of them is. */
class GapEvener implements UnitSink {
  #units: Uint16Array;
  readonly #foldLetters: (text: string) => string;
  readonly #known = new Map<string, string>();
  #count = 0;
  #isBehindGap = false;

  constructor(length: number, foldLetters: (text: string) => string) {
    this.#units = new Uint16Array(length);
    this.#foldLetters = foldLetters;
  }

  addPiece(piece: string): void {
    const letters = this.#known.get(piece) ?? this.#foldLetters(piece);
    this.#known.set(piece, letters);
    for (let at = 0; at < letters.length; at += 1) this.add(gapOr(letters.charCodeAt(at)));
  }

  add(unit: number): void {
    if (unit !== SPACE && unit !== LINE_FEED) this.#push(unit);
    else if (this.#isBehindGap)
      this.#units[this.#count - 1] = Math.min(unit, this.#units[this.#count - 1] ?? unit);
    else this.#push(unit);
    this.#isBehindGap = unit === SPACE || unit === LINE_FEED;
  }

  #push(unit: number): void {
    if (this.#count === this.#units.length) {
      const wider = new Uint16Array(2 * this.#count + 32);
      wider.set(this.#units);
      this.#units = wider;
    }
    this.#units[this.#count] = unit;
    this.#count += 1;
  }

  toString(): string {
    return Buffer.from(this.#units.buffer, 0, 2 * this.#count).toString('utf16le');
  }
}
