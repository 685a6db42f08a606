import { PHRASE_RULES } from './rules/phrase-rules.ts';
import type { PhraseRule } from './rules/rule.ts';

/** A rule that waits until words of all its groups were seen near each other; its starts are the first group. */
export type Waiting = { id: number; rule: PhraseRule; groups: number[]; reach: number };
/** A set of words, one of which a waiting rule needs. */
export type Group = { id: number; waiting: Waiting };
/** A literal that begins a phrase of some rules, or that some waiting rules need. */
export type Start = { text: string; rules: PhraseRule[]; groups: Group[] };

/** A power of two, several times the number of starts. */
const HASHES = 16_384;
const MASK = HASHES - 1;
/** What the words of a phrase themselves may add to the distance between their beginnings, in code units. */
const WORD_ROOM = 32;

const STARTS = new Map<string, Start>();
let waitingCount = 0;
let groupCount = 0;
for (const rule of PHRASE_RULES) addRule(rule);

/** How many waiting rules and groups there are: the sizes of what a scan keeps for them. */
export const COUNTS = { waiting: waitingCount, groups: groupCount };
/** Starts by a hash of as many of their code units as all of a table have. */
const OF_SEVEN = startsBy(7, (length) => length >= 7);
const OF_FIVE = startsBy(5, (length) => length === 5 || length === 6);
const OF_THREE = startsBy(3, (length) => length === 3 || length === 4);
const OF_TWO = startsBy(2, (length) => length < 3);
/** 1 where the tables hold something: small enough to stay in the cache of the processor. */
const [ANY_OF_SEVEN, ANY_OF_FIVE, ANY_OF_THREE, ANY_OF_TWO] = [OF_SEVEN, OF_FIVE, OF_THREE, OF_TWO].map(
  (table) => Uint8Array.from(table, (starts) => (starts === undefined ? 0 : 1)),
);

/** Calls back for the starts that may stand at a place of a text: four look-ups, whatever their number. */
export function eachStartAt(text: string, index: number, see: (starts: readonly Start[]) => void): void {
  const two = hashFrom(0, text, { from: index, to: index + 2 });
  if (ANY_OF_TWO?.[two & MASK] === 1) see(OF_TWO[two & MASK] ?? []);
  const three = hashFrom(two, text, { from: index + 2, to: index + 3 });
  if (ANY_OF_THREE?.[three & MASK] === 1) see(OF_THREE[three & MASK] ?? []);
  const five = hashFrom(three, text, { from: index + 3, to: index + 5 });
  if (ANY_OF_FIVE?.[five & MASK] === 1) see(OF_FIVE[five & MASK] ?? []);
  const seven = hashFrom(five, text, { from: index + 5, to: index + 7 });
  if (ANY_OF_SEVEN?.[seven & MASK] === 1) see(OF_SEVEN[seven & MASK] ?? []);
}

function addRule(rule: PhraseRule): void {
  if (rule.beside === undefined) {
    for (const text of new Set(rule.starts)) startOf(text).rules.push(rule);
    return;
  }
  const { words, window } = rule.beside;
  const waiting: Waiting = { id: waitingCount, rule, groups: [], reach: 2 * window + WORD_ROOM };
  waitingCount += 1;
  for (const literals of [rule.starts, ...words]) {
    const group = { id: groupCount, waiting };
    groupCount += 1;
    waiting.groups.push(group.id);
    for (const text of new Set(literals)) startOf(text).groups.push(group);
  }
}

function startOf(text: string): Start {
  const start = STARTS.get(text) ?? { text, rules: [], groups: [] };
  STARTS.set(text, start);
  return start;
}

function startsBy(units: number, isOfThisLength: (length: number) => boolean): (Start[] | undefined)[] {
  const table: (Start[] | undefined)[] = Array.from({ length: HASHES }, () => undefined);
  for (const start of STARTS.values()) {
    if (!isOfThisLength(start.text.length)) continue;
    const hash = hashOf(start.text, units) & MASK;
    table[hash] = [...(table[hash] ?? []), start];
  }
  return table;
}

/** Carries a hash on over some code units; beyond the end of the text it is any. */
function hashFrom(hash: number, text: string, { from, to }: { from: number; to: number }): number {
  let carried = hash;
  for (let index = from; index < to; index += 1) {
    carried = Math.imul(carried ^ text.charCodeAt(index), 0x0100_0193);
  }
  return carried ^ (carried >>> 15);
}

function hashOf(text: string, units: number): number {
  let hash = hashFrom(0, text, { from: 0, to: 2 });
  let from = 2;
  for (const to of [3, 5, 7].filter((each) => each <= units)) {
    hash = hashFrom(hash, text, { from, to });
    from = to;
  }
  return hash;
}
