/** What a part of a pattern is to those beside it: an end of the text, at least one character, or nothing sure. */
type Part = 'start' | 'end' | 'character' | 'open';

/**
 * True of a pattern that matches no text: something behind the end, or before the start. Never true by mistake; groups
 * are not looked into, and of a pattern whose flags change what an end is nothing is said.
 */
export function matchesNothing(source: string): boolean {
  const [flags = ''] = /^\(\?[is]+\)/.exec(source) ?? [];
  const plain = source.slice(flags.length);
  // Flags in between belong to no part of their own, and `m` changes what an end is.
  if (/\(\?[A-Za-z-]*[m)]/.test(plain) || plain.includes('\\Q')) return false;
  return alternatives(plain).every(isEmpty);
}

function isEmpty(parts: readonly Part[]): boolean {
  const end = parts.indexOf('end');
  const start = parts.lastIndexOf('start');
  const isBehind = end >= 0 && parts.indexOf('character', end) >= 0;
  return isBehind || (start >= 0 && parts.slice(0, start).includes('character'));
}

const ENDS: Record<string, Part> = { '^': 'start', '\\A': 'start', $: 'end', '\\z': 'end' };
const QUANTIFIER = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/;

function alternatives(source: string): Part[][] {
  const found: Part[][] = [[]];
  for (let at = 0; at < source.length; ) {
    const unit = unitAt(source, at);
    at += unit.length;
    const quantifier = QUANTIFIER.exec(source.slice(at))?.[0] ?? '';
    at += quantifier.length;
    if (unit === '|') found.push([]);
    else found.at(-1)?.push(partOf(unit, quantifier));
  }
  return found;
}

function partOf(unit: string, quantifier: string): Part {
  const end = ENDS[unit];
  if (end !== undefined) return quantifier === '' ? end : 'open';
  const isSure = quantifier === '' || quantifier.startsWith('+') || /^\{[1-9]/.test(quantifier);
  return isSure && !unit.startsWith('(') && !/^\\[bBE]$/.test(unit) ? 'character' : 'open';
}

/** A group, a class, an escape or one character, as it is written. */
function unitAt(source: string, at: number): string {
  switch (source[at]) {
    case '\\':
      return escapeAt(source, at);
    case '[':
      return source.slice(at, endOfClass(source, at));
    case '(':
      return source.slice(at, endOfGroup(source, at));
    default:
      return String.fromCodePoint(source.codePointAt(at) ?? 0);
  }
}

function endOfGroup(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== ')') at += unitAt(source, at).length;
  return at + 1;
}

function escapeAt(source: string, at: number): string {
  const long = /^\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|[pP].|[0-7]{1,3})/.exec(
    source.slice(at),
  );
  return long?.[0] ?? source.slice(at, at + 2);
}

function endOfClass(source: string, start: number): number {
  let at = start + 1;
  if (source[at] === '^') at += 1;
  if (source[at] === ']') at += 1;
  while (at < source.length && source[at] !== ']') {
    const named = /^\[:\^?\w+:\]/.exec(source.slice(at))?.[0];
    at += named?.length ?? (source[at] === '\\' ? escapeAt(source, at).length : 1);
  }
  return at + 1;
}
