import { PHRASE_RULES } from './rules/phrase-rules.ts';
import type { PhraseRule } from './rules/rule.ts';

/** A rule with the number it is counted under. */
export type Numbered = { id: number; rule: PhraseRule };
/** A rule that waits until words of all its groups, `head` to `last`, were seen near each other; its starts are the first. */
export type Waiting = { id: number; rule: Numbered; head: number; last: number; reach: number };
/** A set of words, one of which a waiting rule needs. */
export type Group = { id: number; waiting: Waiting };
/** A literal that begins a phrase of some rules, or that some waiting rules need. `last` is the code of its last unit. */
export type Start = { text: string; last: number; rules: Numbered[]; groups: Group[] };

/** A power of two, several times the number of starts. */
const HASHES = 16_384;
const MASK = HASHES - 1;
/** What the words of a phrase themselves may add to the distance between their beginnings, in code units. */
const WORD_ROOM = 32;
/** So many units of a start are looked up, step by step: those of a step hold the starts that have fewer units than the next. */
const STEPS = [2, 3, 5, 7] as const;

const STARTS = new Map<string, Start>();
let waitingCount = 0;
let groupCount = 0;
for (const [id, rule] of PHRASE_RULES.entries()) addRule({ id, rule });

/** How many rules, waiting rules and groups there are: the sizes of what a scan keeps for them. */
export const COUNTS = { rules: PHRASE_RULES.length, waiting: waitingCount, groups: groupCount };

/**
 * The starts of one step by a hash of their first units. `has` is small enough to stay in the cache of the processor: 1
 * where a start ends in this step, 2 where one goes on to the next, 3 where both.
 */
type Table = { has: Uint8Array; starts: (readonly Start[])[] };

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
  const kinds = has[slot] ?? 0;
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
  const waiting: Waiting = {
    ...{ id: waitingCount, rule: numbered, head: groupCount, last: groupCount + words.length },
    reach: 2 * window + WORD_ROOM,
  };
  waitingCount += 1;
  for (const literals of [rule.starts, ...words]) {
    const group = { id: groupCount, waiting };
    groupCount += 1;
    for (const text of new Set(literals)) startOf(text).groups.push(group);
  }
}

function startOf(text: string): Start {
  const start = STARTS.get(text) ?? { text, last: text.charCodeAt(text.length - 1), rules: [], groups: [] };
  STARTS.set(text, start);
  return start;
}

function tableOf(step: number): Table {
  const has = new Uint8Array(HASHES);
  const starts: Start[][] = Array.from({ length: HASHES }, () => []);
  for (const start of STARTS.values()) {
    const last = stepOf(start.text);
    if (last < step) continue;
    const slot = slotOf(hashOf(start.text, STEPS[step] ?? 0));
    has[slot] = (has[slot] ?? 0) | (last === step ? 1 : 2);
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
