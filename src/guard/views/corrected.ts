import type { Piece } from './pieces.ts';
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
const BY_ENDS = byEnds();
const [MIN_LENGTH, MAX_LENGTH] = [5, 13];

/**
 * The folded text cut around misspelled core words, each put right, or `undefined` where there is none: letters in
 * another order between the first and the last, one letter too many, too few or wrong.
 */
export function correctedPieces(folded: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let last = 0;
  for (let start = 0; start < folded.length; ) {
    const end = endOfLetters(folded, start);
    const right = rightSpelling(folded, start, end);
    if (right !== undefined) {
      pieces.push({ start: last, end: start, text: folded.slice(last, start), isLiteral: true });
      pieces.push({ start, end, text: right, isLiteral: false });
      last = end;
    }
    start = end + 1;
  }
  if (pieces.length === 0) return undefined;
  pieces.push({ start: last, end: folded.length, text: folded.slice(last), isLiteral: true });
  return pieces.filter((piece) => piece.text !== '');
}

function endOfLetters(folded: string, start: number): number {
  let end = start;
  for (; end < folded.length; end += 1) {
    const code = folded.charCodeAt(end);
    if (code < 0x61 || code > 0x7a) break;
  }
  return end;
}

function rightSpelling(folded: string, start: number, end: number): string | undefined {
  if (end - start < MIN_LENGTH || end - start > MAX_LENGTH) return undefined;
  const candidates = BY_ENDS.get(folded.charCodeAt(start) * 256 + folded.charCodeAt(end - 1));
  if (candidates === undefined) return undefined;
  const word = folded.slice(start, end);
  if (isKnown(word) || OTHER_WORDS.has(word)) return undefined;
  return candidates.find((core) => isSlipOf(word, core));
}

function byEnds(): Map<number, string[]> {
  const table = new Map<number, string[]>();
  for (const word of CORE) table.set(endsOf(word), [...(table.get(endsOf(word)) ?? []), word]);
  return table;
}

/** First and last letter in one number. */
function endsOf(word: string): number {
  return word.charCodeAt(0) * 256 + word.charCodeAt(word.length - 1);
}

function isSlipOf(word: string, core: string): boolean {
  const difference = word.length - core.length;
  if (word === core || difference > 1 || difference < -1) return false;
  if (difference === 0) return isShuffled(word, core) || hasOneOther(word, core);
  return difference === 1 ? isOneMore(word, core) : isOneMore(core, word);
}

function isShuffled(word: string, core: string): boolean {
  return word.length > 5 && [...word].sort().join('') === [...core].sort().join('');
}

function hasOneOther(word: string, core: string): boolean {
  let others = 0;
  for (let index = 0; index < word.length; index += 1) if (word[index] !== core[index]) others += 1;
  return others === 1;
}

/** True where leaving one letter out of the longer word gives the shorter. */
function isOneMore(longer: string, shorter: string): boolean {
  let at = 0;
  while (at < shorter.length && longer[at] === shorter[at]) at += 1;
  return longer.slice(at + 1) === shorter.slice(at);
}
