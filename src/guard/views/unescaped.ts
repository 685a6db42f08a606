import type { Span } from './view.ts';

const ESCAPED =
  /(?:%[0-9A-Fa-f]{2})+|&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos|nbsp);|(?:\\u[0-9A-Fa-f]{4})+|\\x[0-9A-Fa-f]{2}/g;

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

/** A piece of the text with the span it came from; `isLiteral` where it stands there as it is. */
export type Piece = Span & { text: string; isLiteral: boolean };

/**
 * The text cut into literal pieces and decoded percent, HTML entity and `\u` escapes, or `undefined` where nothing
 * in it is escaped. One layer: what an escape decodes to is not decoded again.
 */
export function unescapedPieces(text: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  let last = 0;
  for (const match of text.matchAll(ESCAPED)) {
    const end = match.index + match[0].length;
    if (match.index > last) {
      pieces.push({ start: last, end: match.index, text: text.slice(last, match.index), isLiteral: true });
    }
    pieces.push({ start: match.index, end, text: decodeEscape(match[0]), isLiteral: false });
    last = end;
  }
  if (last === 0) return undefined;
  if (last < text.length)
    pieces.push({ start: last, end: text.length, text: text.slice(last), isLiteral: true });
  return pieces;
}

function decodeEscape(escaped: string): string {
  if (escaped.startsWith('%')) return Buffer.from(escaped.replaceAll('%', ''), 'hex').toString('utf8');
  if (escaped.startsWith('&#x')) return fromCode(Number.parseInt(escaped.slice(3, -1), 16));
  if (escaped.startsWith('&#')) return fromCode(Number.parseInt(escaped.slice(2, -1), 10));
  if (escaped.startsWith('&')) return NAMED[escaped.slice(1, -1)] ?? escaped;
  const codes = escaped.match(/[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2}/g) ?? [];
  return codes.map((code) => String.fromCharCode(Number.parseInt(code, 16))).join('');
}

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
