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
/** Starts by a hash of their first four code units, of three, of two. */
const OF_FOUR = startsBy(4, (text) => text.length >= 4);
const OF_THREE = startsBy(3, (text) => text.length === 3);
const OF_TWO = startsBy(2, (text) => text.length < 3);
/** 1 where the tables hold something: small enough to stay in the cache of the processor. */
const [ANY_OF_FOUR, ANY_OF_THREE, ANY_OF_TWO] = [OF_FOUR, OF_THREE, OF_TWO].map((table) =>
  Uint8Array.from(table, (starts) => (starts === undefined ? 0 : 1)),
);

/** Calls back for the starts that may stand at a place of a text, some look-ups whatever their number. */
export function eachStartAt(text: string, index: number, see: (starts: readonly Start[]) => void): void {
  const two = hashOfTwo(text, index);
  if (ANY_OF_TWO?.[two & MASK] === 1) see(OF_TWO[two & MASK] ?? []);
  const three = two ^ Math.imul(text.charCodeAt(index + 2), 0xc2b3);
  if (ANY_OF_THREE?.[three & MASK] === 1) see(OF_THREE[three & MASK] ?? []);
  const four = three ^ Math.imul(text.charCodeAt(index + 3), 0x27d5);
  if (ANY_OF_FOUR?.[four & MASK] === 1) see(OF_FOUR[four & MASK] ?? []);
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

function startsBy(units: number, isOfThisLength: (text: string) => boolean): (Start[] | undefined)[] {
  const table: (Start[] | undefined)[] = Array.from({ length: HASHES }, () => undefined);
  for (const start of STARTS.values()) {
    if (!isOfThisLength(start.text)) continue;
    const hash = hashAt(start.text, units);
    table[hash] = [...(table[hash] ?? []), start];
  }
  return table;
}

/** Hashes of the code units from `index` on; beyond the end of the text any. */
function hashOfTwo(text: string, index: number): number {
  return Math.imul(text.charCodeAt(index), 0x9e3b) ^ Math.imul(text.charCodeAt(index + 1), 0x85eb);
}

function hashAt(text: string, units: number): number {
  const two = hashOfTwo(text, 0);
  const three = two ^ Math.imul(text.charCodeAt(2), 0xc2b3);
  const four = three ^ Math.imul(text.charCodeAt(3), 0x27d5);
  return (units === 2 ? two : units === 3 ? three : four) & MASK;
}
