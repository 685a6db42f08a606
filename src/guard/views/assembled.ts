import type { Span } from './view.ts';

/** Quoted pieces that a text says how to put together, and what they are put together. */
export type Assembly = Span & { text: string; from: 'numbered' | 'variables' };

const NUMBERED =
  /(\p{L}{1,12})[ _-]?(?:#|no\.? )?([1-9])\b[^"'“”«\n]{0,24}["'“«]([^"“”»\n]{2,300}?)["'”»](?=[\s.,;:)]|$)/giu;
const ASSIGNED = /(?<![\w$])(\$?[a-z]\w{0,12}) {0,2}:?= {0,2}(["'])([^"'\n]{1,300})\2/gi;
const SUM = /(?<![\w$])\$?[a-z]\w{0,12}(?: {0,2}\+ {0,2}\$?[a-z]\w{0,12}){1,20}/gi;

/** Texts in numbered pieces, one after the other and letter by letter, and the sums of string variables. */
export function assemblies(text: string): Assembly[] {
  return [...numbered(text), ...variables(text)];
}

function numbered(text: string): Assembly[] {
  const found = [...text.matchAll(NUMBERED)];
  const [first] = found;
  const pieces = found.filter(
    (match, index) => match[1]?.toLowerCase() === first?.[1]?.toLowerCase() && Number(match[2]) === index + 1,
  );
  if (first === undefined || pieces.length < 2) return [];
  const last = pieces.at(-1) ?? first;
  const span = { start: first.index, end: last.index + last[0].length, from: 'numbered' } as const;
  const texts = pieces.map((match) => match[3] ?? '');
  return [
    { ...span, text: texts.join('') },
    { ...span, text: texts.join(' ') },
    { ...span, text: interlaced(texts) },
  ];
}

function interlaced(texts: readonly string[]): string {
  const length = Math.max(...texts.map((text) => text.length));
  return Array.from({ length }, (_, index) => texts.map((text) => text[index] ?? '').join('')).join('');
}

function variables(text: string): Assembly[] {
  const values = new Map<string, string>();
  let start = text.length;
  for (const match of text.matchAll(ASSIGNED)) {
    values.set(match[1] ?? '', match[3] ?? '');
    start = Math.min(start, match.index);
  }
  if (values.size < 2) return [];
  return Array.from(text.matchAll(SUM)).flatMap((match) => {
    const names = match[0].split(/ {0,2}\+ {0,2}/);
    if (!names.every((name) => values.has(name))) return [];
    const end = Math.max(match.index + match[0].length, start + 1);
    const sum = names.map((name) => values.get(name) ?? '').join('');
    return [{ start: Math.min(start, match.index), end, text: sum, from: 'variables' as const }];
  });
}
