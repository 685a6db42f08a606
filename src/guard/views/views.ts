import { assemblies } from './assembled.ts';
import { fromRot47, turns } from './ciphers.ts';
import { codedRuns } from './coded.ts';
import { correctedPieces } from './corrected.ts';
import { decodedRuns } from './decoded.ts';
import { asciiStarts, fold, foldWithOffsets } from './fold.ts';
import { hiddenRuns } from './hidden.ts';
import { joinLetters } from './joined.ts';
import { replaceLookAlikes } from './look-alikes.ts';
import { type Marks, marksIn } from './marks.ts';
import { unseenRuns } from './markup.ts';
import { APART, originOf, type Piece } from './pieces.ts';
import { rareBaseRuns } from './rare-bases.ts';
import { type Signs, signsIn } from './signs.ts';
import { type Survey, surveyOf } from './survey.ts';
import { unescapedPieces } from './unescaped.ts';
import { listedPieces, partedPieces, unmarkedPieces } from './unmarked.ts';
import type { Span, View, ViewName } from './view.ts';

/** The text, its folded form with look-alikes replaced and as it was, what was seen in it, and the way back from either. */
type Plain = {
  text: string;
  folded: string;
  script: string;
  survey: Survey;
  signs: Signs;
  marks: Marks;
  spanOf: View['spanOf'];
};
/** How views come about; nothing where nothing in the text calls for them. Another view is another row. */
type ViewSource = (plain: Plain) => View[];

/** Layers of encoding that are counted; of these the last is not opened. */
const MAX_LAYERS = 3;
/** What a text that was decoded may be disguised in once more. Encodings below it are opened by `decodedRuns` alone. */
const INNER_SOURCES: readonly ViewSource[] = [
  correctedViews,
  unescapedViews,
  unmarkedViews,
  joinedViews,
  turnedViews,
];
const SOURCES: readonly ViewSource[] = [
  correctedViews,
  hiddenViews,
  markupViews,
  decodedViews,
  assembledViews,
  unescapedViews,
  unmarkedViews,
  joinedViews,
  turnedViews,
];

/**
 * The readings of a text that rules run on, the folded one first. Views are made without a way back; the first
 * `spanOf` of a view builds it.
 */
export function viewsOf(text: string): View[] {
  const plain = plainOf(text);
  const views = plainViews(plain);
  for (const source of SOURCES) views.push(...source(plain));
  return views;
}

function plainOf(text: string): Plain {
  const script = fold(text);
  const folded = replaceLookAlikes(script);
  const survey = surveyOf(folded);
  return {
    text,
    script,
    folded,
    survey,
    signs: signsIn(folded, survey.runs),
    marks: marksIn(text),
    spanOf: lazyWayBack(text, script.length),
  };
}

/**
 * The folded text with look-alikes replaced, and where that changed anything, also as it was: Russian and Greek
 * phrases are found there. Both have one way back, because replacing look-alikes keeps every offset.
 */
function plainViews({ folded, script, spanOf }: Plain): View[] {
  const views: View[] = [{ name: 'folded', text: folded, spanOf }];
  if (folded !== script) views.push({ name: 'script', text: script, spanOf });
  return views;
}

function lazyWayBack(text: string, foldedLength: number): View['spanOf'] {
  let back: View['spanOf'] | undefined;
  return (start, end) => {
    back ??= wayBack(text, foldedLength);
    return back(start, end);
  };
}

function wayBack(text: string, foldedLength: number): (start: number, end: number) => Span {
  const ascii = asciiStarts(text, foldedLength);
  if (ascii !== undefined)
    return (start, end) => ({ start: ascii[start] ?? 0, end: ascii[end] ?? text.length });
  const { starts, ends } = foldWithOffsets(text);
  return (start, end) => ({ start: starts[start] ?? 0, end: ends[end - 1] ?? text.length });
}

/**
 * Views of all runs of one kind together, so many runs cost no more than one: their texts, and what is disguised in them
 * once more. Every hit stands for the whole run it was found in.
 */
function runViews(name: ViewName, runs: readonly (Span & { text: string })[]): View[] {
  if (runs.length === 0) return [];
  const plain = plainOf(runs.map((run) => run.text).join(APART));
  const spanOf = (inner: Span): Span => {
    const first = runAt(runs, inner.start);
    const last = runAt(runs, inner.end - 1);
    return { start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) };
  };
  const views = [...plainViews(plain), ...INNER_SOURCES.flatMap((source) => source(plain))];
  return views.map((view) => ({
    name,
    text: view.text,
    spanOf: (start, end) => spanOf(view.spanOf(start, end)),
  }));
}

/** The run whose text holds offset `at` of the texts together. */
function runAt(runs: readonly (Span & { text: string })[], at: number): Span {
  let before = 0;
  for (const run of runs) {
    before += run.text.length + APART.length;
    if (at < before) return run;
  }
  return runs.at(-1) ?? { start: 0, end: 1 };
}

function hiddenViews({ text }: Plain): View[] {
  return runViews(
    'hidden',
    hiddenRuns(text).filter((run) => run.text !== ''),
  );
}

function markupViews({ text, marks }: Plain): View[] {
  return marks.has('markup') ? runViews('markup', unseenRuns(text)) : [];
}

/** A run that was encoded too often to be opened has an empty view of its own. */
function decodedViews({ text, signs, marks }: Plain): View[] {
  const runs = decodedRuns(text);
  const nested = runs.filter((run) => run.layers === MAX_LAYERS);
  return [
    ...runViews('decoded', [...runs, ...codedRuns(text, { signs, marks }), ...rareBaseRuns(text)]),
    ...nested.map((run): View => ({ name: 'decoded', text: '', layers: run.layers, spanOf: () => run })),
  ];
}

function assembledViews({ text, marks }: Plain): View[] {
  return runViews('assembled', assemblies(text, marks));
}

/** A view of the whole text, made of pieces of it as it came. */
function piecesView(name: ViewName, pieces: readonly Piece[] | undefined): View[] {
  if (pieces === undefined) return [];
  const whole = pieces.map((piece) => piece.text).join('');
  const text = replaceLookAlikes(fold(whole));
  const wholeSpanOf = lazyWayBack(whole, text.length);
  return [{ name, text, spanOf: (start, end) => originOf(pieces, wholeSpanOf(start, end)) }];
}

function unescapedViews({ text, marks }: Plain): View[] {
  return marks.has('escape') ? piecesView('unescaped', unescapedPieces(text)) : [];
}

function unmarkedViews({ text, marks }: Plain): View[] {
  return [
    ...(marks.has('inside_word') ? piecesView('unmarked', unmarkedPieces(text)) : []),
    ...(marks.has('list') ? piecesView('unmarked', listedPieces(text)) : []),
    ...(marks.has('parting') ? piecesView('unmarked', partedPieces(text)) : []),
  ];
}

function correctedViews({ folded, survey, spanOf }: Plain): View[] {
  const pieces = correctedPieces(folded, survey.runs);
  if (pieces === undefined) return [];
  return [
    {
      name: 'corrected',
      text: pieces.map((piece) => piece.text).join(''),
      spanOf(start, end) {
        const span = originOf(pieces, { start, end });
        return spanOf(span.start, span.end);
      },
    },
  ];
}

function joinedViews({ folded, survey, spanOf }: Plain): View[] {
  if (survey.odd.length === 0) return [];
  const { text: letters, offsets } = joinLetters(folded, survey.odd);
  return [
    {
      name: 'joined',
      text: letters,
      spanOf: (start, end) => spanOf(offsets[start] ?? 0, (offsets[end - 1] ?? 0) + 1),
    },
  ];
}

function turnedViews({ text, folded, signs, spanOf }: Plain): View[] {
  const views = turns(folded, signs).map(
    ({ turn, isReversed }): View => ({
      name: 'turned',
      text: turn(folded),
      spanOf: (start, end) =>
        isReversed ? spanOf(folded.length - end, folded.length - start) : spanOf(start, end),
    }),
  );
  const read = fromRot47(text);
  if (read !== undefined) {
    const wayBackOfRead = lazyWayBack(read, fold(read).length);
    views.push({ name: 'turned', text: replaceLookAlikes(fold(read)), spanOf: wayBackOfRead });
  }
  return views;
}
