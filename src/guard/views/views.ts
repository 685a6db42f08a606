import { decodedRuns } from './decoded.ts';
import { fold, foldWithOffsets } from './fold.ts';
import { hiddenRuns } from './hidden.ts';
import { joinLetters } from './joined.ts';
import { replaceLookAlikes } from './look-alikes.ts';
import { unescapedPieces } from './unescaped.ts';
import type { Span, View, ViewName } from './view.ts';

/** How a view comes about: what in a text makes it worth making, and how it is made. Another view is another row. */
type ViewSource = { isWanted(text: string): boolean; make(text: string): View[] };

const NOT_ASCII = /[^\0-\x7f]/;
const ESCAPE = /%[0-9A-Fa-f]{2}|&(?:#|lt;|gt;|amp;|quot;|apos;|nbsp;)|\\[ux][0-9A-Fa-f]{2}/;
/** Single letters or digits with gaps or signs between them, as in `i g n o r e` or `i-g-n-o-r-e`. */
const SPACED_LETTERS = /(?<![^\s"'([{<])\S(?:[\s._*|/-]{1,3}[^\s._*|/-]){7}(?=[\s._*|/-]|$)/;
const TWO_SPACED_LETTERS = /[\s._*|/-][^\s._*|/-][\s._*|/-]{1,3}[^\s._*|/-][\s._*|/-]/;
/** A letter that touches a digit or sign which is written for another letter, as in `1gn0r3`. */
const LEET = /[A-Za-z][013457$!|]{1,3}(?=[A-Za-z])|(?<![A-Za-z0-9.])[013457@$][A-Za-z]/g;
const ANY_LEET = /[A-Za-z][013457$!|]{1,3}[A-Za-z]/;
const MIN_LEET = 3;

const SOURCES: readonly ViewSource[] = [
  { isWanted: () => true, make: plainViews },
  { isWanted: (text) => NOT_ASCII.test(text), make: hiddenViews },
  { isWanted: () => true, make: decodedViews },
  { isWanted: (text) => ESCAPE.test(text), make: unescapedViews },
  { isWanted: isSpelledOddly, make: joinedViews },
];

/**
 * The readings of a text that rules run on, the folded one first. Views are made without a way back; the first
 * `spanOf` of a view builds it.
 */
export function viewsOf(text: string): View[] {
  const views: View[] = [];
  for (const source of SOURCES) if (source.isWanted(text)) views.push(...source.make(text));
  return views;
}

function isSpelledOddly(text: string): boolean {
  if (TWO_SPACED_LETTERS.test(text) && SPACED_LETTERS.test(text)) return true;
  return ANY_LEET.test(text) && (text.match(LEET)?.length ?? 0) >= MIN_LEET;
}

/**
 * The folded text with look-alikes replaced, and where that changed anything, also as it was: Russian and Greek
 * phrases are found there. Both have one way back, because replacing look-alikes keeps every offset.
 */
function plainViews(text: string): View[] {
  const script = fold(text);
  const folded = replaceLookAlikes(script);
  const spanOf = lazyWayBack(text);
  const views: View[] = [{ name: 'folded', text: folded, spanOf }];
  if (folded !== script) views.push({ name: 'script', text: script, spanOf });
  return views;
}

function lazyWayBack(text: string): View['spanOf'] {
  let back: View['spanOf'] | undefined;
  return (start, end) => {
    back ??= wayBack(text);
    return back(start, end);
  };
}

function wayBack(text: string): (start: number, end: number) => Span {
  const { starts, ends } = foldWithOffsets(text);
  return (start, end) => ({ start: starts[start] ?? 0, end: ends[end - 1] ?? text.length });
}

/** A view in which every hit stands for the whole run it was decoded from. */
function runView(name: ViewName, decoded: string, { start, end }: Span): View {
  return { name, text: replaceLookAlikes(fold(decoded)), spanOf: () => ({ start, end }) };
}

function decodedViews(text: string): View[] {
  return decodedRuns(text).map((run) => ({ ...runView('decoded', run.text, run), layers: run.layers }));
}

function hiddenViews(text: string): View[] {
  return hiddenRuns(text)
    .filter((run) => run.text !== '')
    .map((run) => runView('hidden', run.text, run));
}

function unescapedViews(text: string): View[] {
  const pieces = unescapedPieces(text);
  if (pieces === undefined) return [];
  const whole = pieces.map((piece) => piece.text).join('');
  const wholeSpanOf = lazyWayBack(whole);
  return [
    {
      name: 'unescaped',
      text: replaceLookAlikes(fold(whole)),
      spanOf(start, end) {
        const span = wholeSpanOf(start, end);
        return { start: originOf(pieces, span.start, 'start'), end: originOf(pieces, span.end - 1, 'end') };
      },
    },
  ];
}

/** Where the piece that holds offset `at` of the joined pieces begins or ends; inside a literal piece, that very place. */
function originOf(
  pieces: readonly (Span & { text: string; isLiteral: boolean })[],
  at: number,
  edge: 'start' | 'end',
): number {
  let before = 0;
  for (const piece of pieces) {
    const after = before + piece.text.length;
    if (at < after) {
      if (!piece.isLiteral) return piece[edge];
      return piece.start + (at - before) + (edge === 'end' ? 1 : 0);
    }
    before = after;
  }
  return pieces.at(-1)?.end ?? 0;
}

function joinedViews(text: string): View[] {
  const { text: letters, offsets } = joinLetters(replaceLookAlikes(fold(text)));
  const spanOf = lazyWayBack(text);
  return [
    {
      name: 'joined',
      text: letters,
      spanOf: (start, end) => spanOf(offsets[start] ?? 0, (offsets[end - 1] ?? 0) + 1),
    },
  ];
}
