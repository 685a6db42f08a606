import type { Direction } from './finding.ts';
import { COUNTS, eachStartAt, type Numbered, type Start, WAITING } from './phrase-starts.ts';
import type { PhraseRule } from './rules/rule.ts';
import type { Span, View } from './views/view.ts';

/** A phrase found in a view: `[start, end)` of the view's text. */
export type PhraseHit = { rule: PhraseRule; view: View; start: number; end: number };

/** A phrase repeated more often than this is reported this many times. */
const MAX_HITS_PER_RULE = 8;
/** What weighs less than this is a small sign: it is common, and once says as much as many times. */
const SMALL_WEIGHT = 3;
/** Before any place of a text. */
const NOWHERE = -1_000_000;

/** Scripts that write gaps between words, and digits: a start must not stand inside a word of them. */
const WORD_CLASS = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]/u;
const IN_WORD = wordTable();

/** 1 for every code unit below U+0530 that is a letter of such a script or a digit. */
function wordTable(): Uint8Array {
  return Uint8Array.from({ length: 0x530 }, (_, code) =>
    WORD_CLASS.test(String.fromCharCode(code)) ? 1 : 0,
  );
}

/** What one pass over a view remembers: where words of each group were seen last, and where each waiting rule was tried last. */
type Scan = {
  view: View;
  direction: Direction;
  hits: PhraseHit[];
  counts: Uint8Array;
  seenAt: Int32Array;
  triedAt: Int32Array;
};

/**
 * The phrases in one view. One pass looks up the beginning of every word; a rule is tried only where one of its
 * starts stands, and a rule that needs other words besides only where these stand near it. So text without any
 * costs a few microseconds a KB.
 */
export function phraseHits(view: View, direction: Direction): PhraseHit[] {
  const { text } = view;
  const scan = scanOf(view, direction);
  let wasInWord = false;
  let at = 0;
  const tryAll = (starts: readonly Start[]) => tryStarts(starts, at, scan);
  for (let index = 0; index + 1 < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isInWord = IN_WORD[code] === 1;
    const isInside = wasInWord && isInWord;
    wasInWord = isInWord;
    if (isInside || code === 0x20 || code === 0x0a) continue;
    at = index;
    eachStartAt(text, index, tryAll);
  }
  return scan.hits;
}

/** Every pass begins with the same tables, cleared; making them anew for each view costs more than a short text. */
const TABLES = {
  counts: new Uint8Array(COUNTS.rules),
  seenAt: new Int32Array(COUNTS.groups),
  triedAt: new Int32Array(COUNTS.waiting),
};

function scanOf(view: View, direction: Direction): Scan {
  TABLES.counts.fill(0);
  TABLES.seenAt.fill(NOWHERE);
  TABLES.triedAt.fill(NOWHERE);
  return { view, direction, hits: [], ...TABLES };
}

function tryStarts(starts: readonly Start[], at: number, scan: Scan): void {
  const read = scan.view.text;
  for (const start of starts) {
    if (read.charCodeAt(at + start.text.length - 1) !== start.last || !standsAt(read, start.text, at))
      continue;
    for (const rule of start.rules) tryRule(rule, at, scan);
    for (const group of start.groups) see(group, at, scan);
  }
}

/** As `startsWith`, which takes longer for so few units. */
function standsAt(read: string, text: string, at: number): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (read.charCodeAt(at + index) !== text.charCodeAt(index)) return false;
  return true;
}

/** Notes a word. What comes of a rule at one start is known for good when it was tried there. */
function see(group: number, at: number, scan: Scan): void {
  const { seenAt, triedAt } = scan;
  seenAt[group] = at;
  if (!isComplete(group, at, seenAt)) return;
  const head = seenAt[WAITING.headOf[group] ?? 0] ?? NOWHERE;
  const waiting = WAITING.ruleOf[group] ?? 0;
  const rule = WAITING.rules[waiting];
  if (triedAt[waiting] === head || rule === undefined) return;
  triedAt[waiting] = head;
  tryRule(rule, head, scan);
}

function isComplete(group: number, at: number, seenAt: Int32Array): boolean {
  const least = at - (WAITING.reachOf[group] ?? 0);
  const last = WAITING.lastOf[group] ?? 0;
  for (let id = WAITING.headOf[group] ?? 0; id <= last; id += 1)
    if ((seenAt[id] ?? NOWHERE) < least) return false;
  return true;
}

function tryRule({ id, rule }: Numbered, at: number, { view, direction, counts, hits }: Scan): void {
  const count = counts[id] ?? 0;
  if (count >= (rule.weight < SMALL_WEIGHT ? 1 : MAX_HITS_PER_RULE)) return;
  if (rule.directions !== undefined && !rule.directions.includes(direction)) return;
  rule.pattern.lastIndex = at;
  const match = rule.pattern.exec(view.text);
  if (match === null) return;
  counts[id] = count + 1;
  hits.push({ rule, view, ...spanOf(match) });
}

/** What a pattern matched, with what `together` found before and after the head. */
function spanOf(match: RegExpExecArray): Span {
  let start = match.index;
  let end = match.index + match[0].length;
  for (const [name, found] of Object.entries(match.groups ?? {})) {
    if (found === undefined) continue;
    if (name.startsWith('back')) start = Math.min(start, match.index - found.length);
    else end = Math.max(end, match.index + found.length);
  }
  return { start, end };
}
