import { matchesOf } from '../matches.ts';
import type { Span } from './view.ts';

/** A piece of the text with the span it came from; `isLiteral` where it stands there as it is. */
export type Piece = Span & { text: string; isLiteral: boolean };

/** More than any phrase is long, in code units: what stands farther from a disguise is no part of what it disguises. */
const REACH = 512;
/** So far back the beginning of a word is looked for. */
const WORD = 64;
/** What keeps texts apart that do not stand next to each other: no phrase reaches over the end of a sentence and a line. */
export const APART = '\n.\n';

/** Something to be undone: what a pattern matches is read as something else. */
export type Undoing = { pattern: RegExp; read(match: string): string };

/**
 * The text around some places of it, cut into what a pattern matches there and literal pieces between; what stands farther
 * off is one piece that keeps them apart. `undefined` where there is no place, or nothing that matches.
 */
export function cut(text: string, places: readonly Span[], undoing: Undoing): Piece[] | undefined {
  const pieces: Piece[] = [];
  let last = 0;
  for (const window of windowsAround(text, places)) {
    if (window.start > last) pieces.push({ start: last, end: window.start, text: APART, isLiteral: false });
    addPieces(pieces, text, { window, undoing });
    last = window.end;
  }
  return pieces.some((piece) => !piece.isLiteral && piece.text !== APART) ? pieces : undefined;
}

function addPieces(
  pieces: Piece[],
  text: string,
  { window, undoing }: { window: Span; undoing: Undoing },
): void {
  const { start, end } = window;
  const shown = text.slice(start, end);
  let last = 0;
  const addLiteral = (to: number) => {
    if (to > last)
      pieces.push({ start: start + last, end: start + to, text: shown.slice(last, to), isLiteral: true });
  };
  for (const match of matchesOf(shown, undoing.pattern)) {
    addLiteral(match.index);
    last = match.index + match[0].length;
    pieces.push({
      start: start + match.index,
      end: start + last,
      text: undoing.read(match[0]),
      isLiteral: false,
    });
  }
  addLiteral(shown.length);
}

/** What is near the places, in order and without overlap; each begins with a word where one begins near. */
function windowsAround(text: string, places: readonly Span[]): Span[] {
  const windows: Span[] = [];
  for (const place of places) {
    const start = wordStart(text, place.start - REACH);
    const end = Math.min(text.length, place.end + REACH);
    const last = windows.at(-1);
    if (last !== undefined && start <= last.end) last.end = end;
    else windows.push({ start, end });
  }
  return windows;
}

function wordStart(text: string, at: number): number {
  if (at <= 0) return 0;
  const gap = text.slice(Math.max(0, at - WORD), at).search(/\s\S*$/);
  return gap < 0 ? at : Math.max(0, at - WORD) + gap;
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
