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
/** Words that begin and end like a core word and are about as long. */
const SIMILAR = similarWords();

/**
 * The folded text cut around misspelled core words, each put right, or `undefined` where there is none: letters in
 * another order between the first and the last, one letter too many, too few or wrong.
 */
export function correctedPieces(folded: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let last = 0;
  for (const { 0: word, index } of folded.matchAll(SIMILAR)) {
    const right = rightSpelling(word);
    if (right === undefined) continue;
    const end = index + word.length;
    pieces.push({ start: last, end: index, text: folded.slice(last, index), isLiteral: true });
    pieces.push({ start: index, end, text: right, isLiteral: false });
    last = end;
  }
  if (pieces.length === 0) return undefined;
  pieces.push({ start: last, end: folded.length, text: folded.slice(last), isLiteral: true });
  return pieces.filter((piece) => piece.text !== '');
}

function rightSpelling(word: string): string | undefined {
  if (isKnown(word) || OTHER_WORDS.has(word)) return undefined;
  return BY_ENDS.get(endsOf(word))?.find((core) => isSlipOf(word, core));
}

function similarWords(): RegExp {
  const shapes = [...BY_ENDS.values()].map((words) => {
    const lengths = words.map((word) => word.length);
    const [first, final] = [words[0]?.at(0) ?? '', words[0]?.at(-1) ?? ''];
    return `${first}[a-z]{${Math.min(...lengths) - 3},${Math.max(...lengths) - 1}}${final}(?![a-z])`;
  });
  return new RegExp(`(?<![a-z])(?:${shapes.join('|')})`, 'g');
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
