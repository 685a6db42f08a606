import { PHRASE_RULES } from './rules/phrase-rules.ts';
import type { PhraseRule } from './rules/rule.ts';

/** A rule with the number it is counted under. */
export type Numbered = { id: number; rule: PhraseRule };
/** A literal that begins a phrase of some rules, or is a word of some groups. `last` is the code of its last unit. */
export type Start = { text: string; last: number; rules: Numbered[]; groups: number[] };
/**
 * Rules that wait until words of all their groups were seen near each other. A group is a set of words; those of a rule are
 * numbered one after the other, from the one of its starts on. In tables, because a common word is in many groups.
 */
export type Waiting = {
  rules: readonly Numbered[];
  /** The rule of each group, and the first and the last group of it. */
  ruleOf: Uint16Array;
  headOf: Uint16Array;
  lastOf: Uint16Array;
  /** How far apart the words may begin, for each group of a rule. */
  reachOf: Uint16Array;
};

/** A power of two, several times the number of starts. */
const HASHES = 16_384;
const MASK = HASHES - 1;
/** What the words of a phrase themselves may add to the distance between their beginnings, in code units. */
const WORD_ROOM = 32;
/** So many units of a start are looked up, step by step: those of a step hold the starts that have fewer units than the next. */
const STEPS = [2, 3, 5, 7] as const;

const STARTS = new Map<string, Start>();
const waitingRules: Numbered[] = [];
const groups: { rule: number; head: number; last: number; reach: number }[] = [];
for (const [id, rule] of PHRASE_RULES.entries()) addRule({ id, rule });

export const WAITING: Waiting = {
  rules: waitingRules,
  ruleOf: Uint16Array.from(groups, ({ rule }) => rule),
  headOf: Uint16Array.from(groups, ({ head }) => head),
  lastOf: Uint16Array.from(groups, ({ last }) => last),
  reachOf: Uint16Array.from(groups, ({ reach }) => reach),
};
/** How many rules, waiting rules and groups there are: the sizes of what a scan keeps for them. */
export const COUNTS = { rules: PHRASE_RULES.length, waiting: waitingRules.length, groups: groups.length };

/**
 * The starts of one step by a hash of their first units. `has` is small enough to stay in the cache of the processor: two
 * bits a hash, 1 where a start ends in this step, 2 where one goes on to the next, 3 where both.
 */
type Table = { has: Uint32Array; starts: (readonly Start[])[] };

const OF_TWO = tableOf(0);
const OF_THREE = tableOf(1);
const OF_FIVE = tableOf(2);
const OF_SEVEN = tableOf(3);

/** Calls back for the starts that may stand at a place of a text: at most four look-ups, for most places one. */
export function eachStartAt(text: string, at: number, see: (starts: readonly Start[]) => void): void {
  const two = mixed(mixed(0, text.charCodeAt(at)), text.charCodeAt(at + 1));
  if (!goesOn(OF_TWO, two, see)) return;
  const three = mixed(two, text.charCodeAt(at + 2));
  if (!goesOn(OF_THREE, three, see)) return;
  const five = mixed(mixed(three, text.charCodeAt(at + 3)), text.charCodeAt(at + 4));
  if (!goesOn(OF_FIVE, five, see)) return;
  goesOn(OF_SEVEN, mixed(mixed(five, text.charCodeAt(at + 5)), text.charCodeAt(at + 6)), see);
}

/** Calls back for the starts of one step, and says whether longer ones begin like that. */
function goesOn({ has, starts }: Table, hash: number, see: (starts: readonly Start[]) => void): boolean {
  const slot = slotOf(hash);
  const kinds = ((has[slot >> 4] ?? 0) >> ((slot & 15) << 1)) & 3;
  if ((kinds & 1) === 1) see(starts[slot] ?? []);
  return kinds > 1;
}

function addRule(numbered: Numbered): void {
  const { rule } = numbered;
  if (rule.beside === undefined) {
    for (const text of new Set(rule.starts)) startOf(text).rules.push(numbered);
    return;
  }
  const { words, window } = rule.beside;
  const head = groups.length;
  const of = { rule: waitingRules.length, head, last: head + words.length, reach: 2 * window + WORD_ROOM };
  waitingRules.push(numbered);
  for (const literals of [rule.starts, ...words]) {
    for (const text of new Set(literals)) startOf(text).groups.push(groups.length);
    groups.push(of);
  }
}

function startOf(text: string): Start {
  const start = STARTS.get(text) ?? { text, last: text.charCodeAt(text.length - 1), rules: [], groups: [] };
  STARTS.set(text, start);
  return start;
}

function tableOf(step: number): Table {
  const has = new Uint32Array(HASHES >> 4);
  const starts: Start[][] = Array.from({ length: HASHES }, () => []);
  for (const start of STARTS.values()) {
    const last = stepOf(start.text);
    if (last < step) continue;
    const slot = slotOf(hashOf(start.text, STEPS[step] ?? 0));
    has[slot >> 4] = (has[slot >> 4] ?? 0) | ((last === step ? 1 : 2) << ((slot & 15) << 1));
    if (last === step) starts[slot]?.push(start);
  }
  return { has, starts };
}

/** The step a start ends in: the last one that looks at no more units than it has. */
function stepOf(text: string): number {
  return Math.max(
    0,
    STEPS.findLastIndex((units) => units <= text.length),
  );
}

function hashOf(text: string, units: number): number {
  let hash = 0;
  for (let at = 0; at < units; at += 1) hash = mixed(hash, text.charCodeAt(at));
  return hash;
}

/** Carries a hash on over one code unit; beyond the end of the text it is any. */
function mixed(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x0100_0193);
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & MASK;
}
