import { matchesOf } from '../matches.ts';
import type { Marks } from './marks.ts';
import type { Span } from './view.ts';

/** Quoted pieces that a text says how to put together, and what they are put together. */
export type Assembly = Span & { text: string; from: 'numbered' | 'variables' };

const NUMBERED =
  /\p{Nd}(?!\p{Nd})(?<=(\p{L}{1,12})[ _-]?(?:#|[nN]o\.? )?(\p{Nd}))[^"'“”«\n]{0,24}["'“«]([^"“”»\n]{2,300}?)["'”»](?=[\s.,;:)]|$)/gu;
const ASSIGNED = /(?<![\w$])(\$?[a-z]\w{0,12}) {0,2}:?= {0,2}(["'])([^"'\n]{1,300})\2/gi;
const SUM = /(?<![\w$])\$?[a-z]\w{0,12}(?: {0,2}\+ {0,2}\$?[a-z]\w{0,12}){1,20}/gi;

/**
 * Where a text is handed over in numbered pieces that are cut within a sentence: one ends and the next begins with a
 * letter that begins no sentence.
 */
export function splitPayloads(text: string): Span[] {
  return numbered(text)
    .slice(0, 1)
    .filter(({ cut }) => cut)
    .map(({ start, end }) => ({ start, end }));
}

/** Texts in numbered pieces, one after the other and letter by letter, and the sums of string variables. */
export function assemblies(text: string, marks: Marks): Assembly[] {
  const isNumbered = marks.has('first_number') && marks.has('second_number');
  const hasVariables = marks.has('assignment') && marks.has('sum');
  return [...(isNumbered ? numbered(text) : []), ...(hasVariables ? variables(text) : [])];
}

function numbered(text: string): (Assembly & { cut: boolean })[] {
  const found = matchesOf(text, NUMBERED);
  const [first] = found;
  const pieces = found.filter(
    (match, index) =>
      match[1]?.toLowerCase() === first?.[1]?.toLowerCase() && numberOf(match) === numberOf(first) + index,
  );
  if (first === undefined || pieces.length < 2) return [];
  const last = pieces.at(-1) ?? first;
  const span = { start: first.index, end: last.index + last[0].length, from: 'numbered' } as const;
  const texts = pieces.map((match) => match[3] ?? '');
  const cut = texts.every(
    (piece, index) =>
      (index === 0 || /^\s?[\p{Ll}\p{Lo}]/u.test(piece)) &&
      (index === texts.length - 1 || /\p{L}$/u.test(piece)),
  );
  return [
    { ...span, cut, text: texts.join('') },
    { ...span, cut, text: texts.join(' ') },
    { ...span, cut, text: interlaced(texts) },
  ];
}

/** Digits of any script follow each other. */
function numberOf(match: RegExpExecArray | undefined): number {
  return match?.[2]?.codePointAt(0) ?? 0;
}

function interlaced(texts: readonly string[]): string {
  const length = Math.max(...texts.map((text) => text.length));
  return Array.from({ length }, (_, index) => texts.map((text) => text[index] ?? '').join('')).join('');
}

function variables(text: string): Assembly[] {
  const values = new Map<string, string>();
  let start = text.length;
  for (const match of matchesOf(text, ASSIGNED)) {
    values.set(match[1] ?? '', match[3] ?? '');
    start = Math.min(start, match.index);
  }
  if (values.size < 2) return [];
  return matchesOf(text, SUM).flatMap((match) => {
    const names = match[0].split(/ {0,2}\+ {0,2}/);
    if (!names.every((name) => values.has(name))) return [];
    const end = Math.max(match.index + match[0].length, start + 1);
    const sum = names.map((name) => values.get(name) ?? '').join('');
    return [{ start: Math.min(start, match.index), end, text: sum, from: 'variables' as const }];
  });
}
