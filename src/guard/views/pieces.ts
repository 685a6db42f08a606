import { matchesOf } from '../matches.ts';
import type { Span } from './view.ts';

/** A piece of the text with the span it came from; `isLiteral` where it stands there as it is. */
export type Piece = Span & { text: string; isLiteral: boolean };

/**
 * The text cut into what a pattern matches, each read as something else, and literal pieces between; `undefined` where
 * it matches nothing.
 */
export function cut(text: string, pattern: RegExp, read: (match: string) => string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let last = 0;
  for (const match of matchesOf(text, pattern)) {
    const end = match.index + match[0].length;
    if (match.index > last) {
      pieces.push({ start: last, end: match.index, text: text.slice(last, match.index), isLiteral: true });
    }
    pieces.push({ start: match.index, end, text: read(match[0]), isLiteral: false });
    last = end;
  }
  if (pieces.length === 0) return undefined;
  if (last < text.length)
    pieces.push({ start: last, end: text.length, text: text.slice(last), isLiteral: true });
  return pieces;
}

/** Where a span of the joined pieces came from. */
export function originOf(pieces: readonly Piece[], { start, end }: Span): Span {
  return { start: edgeOf(pieces, start, 'start'), end: edgeOf(pieces, end - 1, 'end') };
}

/** Where the piece that holds offset `at` of the joined pieces begins or ends; inside a literal piece, that very place. */
function edgeOf(pieces: readonly Piece[], at: number, edge: 'start' | 'end'): number {
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
