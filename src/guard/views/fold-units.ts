const SPACE = 0x20;
const LINE_FEED = 0x0a;
/** What may combine with the character before it, or is not seen. */
const COMBINES = /[\p{M}\p{DI}\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc\ud7b0-\ud7ff]/u;
/** Latin, Greek, Cyrillic and most other scripts, signs, and kana. */
const TABLE_END = 0x3100;
/** What a table says of a unit that folds to more or less than one, or together with its neighbours. */
const NOT_ALONE = 0;
/** Room for pieces that fold to more than they were. */
const PIECE_ROOM = 64;

/** What takes units as they fold: one that stood at a place for itself, and a piece that has to be folded as one. */
export type UnitSink = {
  /** A unit that folds for itself; a gap is a space or a line feed. */
  add(unit: number, at: number): void;
  addPiece(piece: string, at: number): void;
};

/**
 * What text reads as: units that fold for themselves, the others by `foldLetters`, every gap as one space or one line feed.
 * As `eachUnit`, written out once more, because this is what every text goes through.
 */
export function foldUnits(text: string, foldLetters: (text: string) => string): string {
  const table = tableOf(foldLetters);
  const units = unitsOf(text);
  const folded = new GapEvener(text.length);
  const known = new Map<string, string>();
  for (let at = folded.addAlone(units, 0, table); at < units.length; ) {
    let end = at + 1;
    while (end < units.length && alone(units, end, table) === NOT_ALONE) end += 1;
    const piece = text.slice(at, end);
    const letters = known.get(piece) ?? foldLetters(piece);
    known.set(piece, letters);
    for (let index = 0; index < letters.length; index += 1) folded.add(gapOr(letters.charCodeAt(index)));
    at = folded.addAlone(units, end, table);
  }
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
class GapEvener {
  #units: Uint16Array;
  #count = 0;
  #isBehindGap = false;

  constructor(length: number) {
    this.#units = new Uint16Array(length + PIECE_ROOM);
  }

  /** Adds units up to the first one that does not fold for itself; each takes the room of one. */
  addAlone(units: Uint16Array, from: number, table: Uint16Array): number {
    this.#reserve(units.length - from);
    const folded = this.#units;
    let count = this.#count;
    let isBehindGap = this.#isBehindGap;
    let unit = alone(units, from, table);
    let at = from;
    for (; at < units.length; at += 1) {
      const next = alone(units, at + 1, table);
      if (unit === NOT_ALONE || next === NOT_ALONE) break;
      const isGap = unit === SPACE || unit === LINE_FEED;
      if (isGap && isBehindGap) {
        if (unit === LINE_FEED) folded[count - 1] = LINE_FEED;
      } else {
        folded[count] = unit;
        count += 1;
      }
      isBehindGap = isGap;
      unit = next;
    }
    this.#count = count;
    this.#isBehindGap = isBehindGap;
    return at;
  }

  /** Adds a unit that `gapOr` gave. */
  add(unit: number): void {
    const isGap = unit === SPACE || unit === LINE_FEED;
    if (isGap && this.#isBehindGap) {
      if (unit === LINE_FEED) this.#units[this.#count - 1] = LINE_FEED;
      return;
    }
    this.#reserve(1);
    this.#units[this.#count] = unit;
    this.#count += 1;
    this.#isBehindGap = isGap;
  }

  #reserve(room: number): void {
    if (this.#count + room <= this.#units.length) return;
    const wider = new Uint16Array(2 * this.#count + room);
    wider.set(this.#units);
    this.#units = wider;
  }

  toString(): string {
    return Buffer.from(this.#units.buffer, 0, 2 * this.#count).toString('utf16le');
  }
}
