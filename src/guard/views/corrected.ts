import type { Piece } from './pieces.ts';
import type { LetterRuns } from './survey.ts';
import type { Span } from './view.ts';
import { isKnown } from './vocabulary.ts';

/** Words worth putting right: without one of them no phrase is complete. */
const CORE = [
  ...[
    'ignore',
    'disregard',
    'forget',
    'bypass',
    'override',
    'reveal',
    'previous',
    'instruction',
    'instructions',
  ],
  ...[
    'system',
    'prompt',
    'prompts',
    'guidelines',
    'restrictions',
    'restriction',
    'password',
    'developer',
    'unrestricted',
  ],
  ...[
    'jailbreak',
    'everything',
    'programming',
    'directives',
    'commands',
    'secret',
    'hidden',
    'safety',
    'pretend',
  ],
];
/** Correct words that are one slip away from one of the above. */
const OTHER_WORDS = new Set(
  'forgot forged forges systems ignored ignores precious prompter secrete secrets pretends pretense developed reveals revel repeal bypassed overrides overrode directives commends constructions restricting guideline hidden midden safely'.split(
    ' ',
  ),
);
const A = 0x61;
const LETTERS = 26;
const BY_ENDS = byEnds();
/** The longest of them, with a letter too many. */
const MAX_LENGTH = 13;

/**
 * The folded text cut around misspelled core words, each put right, or `undefined` where there is none: letters in
 * another order between the first and the last, one letter too many, too few or wrong.
 */
export function correctedPieces(folded: string, { starts, ends, count }: LetterRuns): Piece[] | undefined {
  const pieces: Piece[] = [];
  let last = 0;
  for (let run = 0; run < count; run += 1) {
    const start = starts[run] ?? 0;
    const end = ends[run] ?? 0;
    const right = end - start > MAX_LENGTH ? undefined : rightSpelling(folded, start, end);
    if (right === undefined) continue;
    pieces.push({ start: last, end: start, text: folded.slice(last, start), isLiteral: true });
    pieces.push({ start, end, text: right, isLiteral: false });
    last = end;
  }
  if (pieces.length === 0) return undefined;
  pieces.push({ start: last, end: folded.length, text: folded.slice(last), isLiteral: true });
  return pieces.filter((piece) => piece.text !== '');
}

function rightSpelling(folded: string, start: number, end: number): string | undefined {
  const candidates = BY_ENDS[endsOf(folded.charCodeAt(start), folded.charCodeAt(end - 1))];
  if (candidates === undefined) return undefined;
  for (const core of candidates) {
    const difference = end - start - core.length;
    if (difference > 1 || difference < -1 || !isSlipOf(core, folded, { start, end })) continue;
    const word = folded.slice(start, end);
    return isKnown(word) || OTHER_WORDS.has(word) ? undefined : core;
  }
  return undefined;
}

/** The core words of each first and last letter. */
function byEnds(): (readonly string[] | undefined)[] {
  const table: (readonly string[] | undefined)[] = Array.from({ length: LETTERS * LETTERS }, () => undefined);
  for (const word of CORE) {
    const ends = endsOf(word.charCodeAt(0), word.charCodeAt(word.length - 1));
    table[ends] = [...(table[ends] ?? []), word];
  }
  return table;
}

/** First and last letter in one number. */
function endsOf(first: number, last: number): number {
  return (first - A) * LETTERS + last - A;
}

/** Whether a word of the text is a core word with a slip in it. Both have the same first and last letter. */
function isSlipOf(core: string, folded: string, { start, end }: Span): boolean {
  const length = end - start;
  if (length > core.length) return isOneMore(folded, core, start);
  if (length < core.length) return isOneLess(folded, core, start);
  let others = 0;
  let sum = 0;
  for (let at = 0; at < length; at += 1) {
    const difference = folded.charCodeAt(start + at) - core.charCodeAt(at);
    if (difference !== 0) others += 1;
    sum += difference;
  }
  if (others < 2) return others === 1;
  return sum === 0 && length > 5 && isShuffled(folded.slice(start, end), core);
}

/** Same letters in another order. */
function isShuffled(word: string, core: string): boolean {
  return [...word].sort().join('') === [...core].sort().join('');
}

/** True where leaving one letter out of the word of the text gives the core word. */
function isOneMore(folded: string, core: string, start: number): boolean {
  let at = 0;
  while (at < core.length && folded.charCodeAt(start + at) === core.charCodeAt(at)) at += 1;
  while (at < core.length && folded.charCodeAt(start + at + 1) === core.charCodeAt(at)) at += 1;
  return at === core.length;
}

/** True where leaving one letter out of the core word gives the word of the text. */
function isOneLess(folded: string, core: string, start: number): boolean {
  let at = 0;
  while (at < core.length - 1 && folded.charCodeAt(start + at) === core.charCodeAt(at)) at += 1;
  while (at < core.length - 1 && folded.charCodeAt(start + at) === core.charCodeAt(at + 1)) at += 1;
  return at === core.length - 1;
}
