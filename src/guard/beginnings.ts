/** Something that begins with a literal. Case of ASCII letters does not matter. */
export type Beginning<Row> = { literal: string; row: Row };
/** Beginnings by a hash of their first three units; `has`, a bit a hash, is small enough to stay in the cache of the processor. */
export type Beginnings<Row> = { has: Uint32Array; beginnings: (readonly Beginning<Row>[] | undefined)[] };

/** A power of two: five bits of each of the units, so that hardly any two that occur meet, in four kilobytes. */
const HASHES = 32_768;
const UNITS = 3;
/** Makes one letter of either case, and does not mix up what is told apart here. */
const LOWER = 0x20;

/** The table of some beginnings, each of three or more units. */
export function beginningsOf<Row>(rows: readonly Beginning<Row>[]): Beginnings<Row> {
  const has = new Uint32Array(HASHES >> 5);
  const beginnings: (Beginning<Row>[] | undefined)[] = Array.from({ length: HASHES });
  for (const each of rows) {
    if (each.literal.length < UNITS) throw new Error(`too short to be looked up: ${each.literal}`);
    const [one, two, three] = [0, 1, 2].map((at) => each.literal.charCodeAt(at) | LOWER);
    const slot = slotOf(one ?? 0, two ?? 0, three ?? 0);
    has[slot >> 5] = (has[slot >> 5] ?? 0) | (1 << (slot & 31));
    const others = beginnings[slot];
    if (others === undefined) beginnings[slot] = [each];
    else others.push(each);
  }
  return { has, beginnings };
}

/** Calls back wherever one of the beginnings stands in a text, in order. */
export function eachBeginning<Row>(
  text: string,
  { has, beginnings }: Beginnings<Row>,
  see: (row: Row, at: number) => void,
): void {
  let one = text.charCodeAt(0) | LOWER;
  let two = text.charCodeAt(1) | LOWER;
  for (let at = 2; at < text.length; at += 1) {
    const three = text.charCodeAt(at) | LOWER;
    const slot = slotOf(one, two, three);
    if ((((has[slot >> 5] ?? 0) >> (slot & 31)) & 1) === 1) {
      for (const { literal, row } of beginnings[slot] ?? [])
        if (standsAt(text, literal, at - 2)) see(row, at - 2);
    }
    one = two;
    two = three;
  }
}

function slotOf(one: number, two: number, three: number): number {
  return (one + (two << 5) + (three << 10)) & (HASHES - 1);
}

function standsAt(text: string, literal: string, at: number): boolean {
  for (let index = 0; index < literal.length; index += 1)
    if ((text.charCodeAt(at + index) | LOWER) !== (literal.charCodeAt(index) | LOWER)) return false;
  return true;
}
