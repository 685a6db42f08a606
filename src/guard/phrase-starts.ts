import { PHRASE_RULES } from './rules/phrase-rules.ts';
import type { PhraseRule } from './rules/rule.ts';

/** A rule that waits until words of all its groups were seen near each other; its starts are the first group. */
export type Waiting = { id: number; rule: PhraseRule; groups: number[]; reach: number };
/** A set of words, one of which a waiting rule needs. */
export type Group = { id: number; waiting: Waiting };
/** A literal that begins a phrase of some rules, or that some waiting rules need. */
export type Start = { text: string; rules: PhraseRule[]; groups: Group[] };

/** A power of two, several times the number of starts. */
const HASHES = 65_536;
/** What the words of a phrase themselves may add to the distance between their beginnings, in code units. */
const WORD_ROOM = 32;

const STARTS = new Map<string, Start>();
let waitingCount = 0;
let groupCount = 0;
for (const rule of PHRASE_RULES) addRule(rule);

/** How many waiting rules and groups there are: the sizes of what a scan keeps for them. */
export const COUNTS = { waiting: waitingCount, groups: groupCount };
const LONG = startsBy(3, (text) => text.length >= 3);
const SHORT = startsBy(2, (text) => text.length < 3);

/** Starts that may stand at a place of a text; whether they do is to be seen. One look-up each, whatever their number. */
export function longStartsAt(text: string, index: number): readonly Start[] | undefined {
  return LONG[hashAt(text, index, 3)];
}

/** The same for starts of two code units. */
export function shortStartsAt(text: string, index: number): readonly Start[] | undefined {
  return SHORT[hashAt(text, index, 2)];
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
    const hash = hashAt(start.text, 0, units);
    table[hash] = [...(table[hash] ?? []), start];
  }
  return table;
}

/** A hash of the code units from `index` on; beyond the end of the text any. */
function hashAt(text: string, index: number, units: number): number {
  const pair = Math.imul(text.charCodeAt(index), 0x9e3b) ^ Math.imul(text.charCodeAt(index + 1), 0x85eb);
  const all = units === 2 ? pair : pair ^ Math.imul(text.charCodeAt(index + 2), 0xc2b3);
  return (all ^ (all >>> 13)) & (HASHES - 1);
}
