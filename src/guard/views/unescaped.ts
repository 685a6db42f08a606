import { placesOf } from '../matches.ts';
import { cut, type Piece } from './pieces.ts';

const ESCAPED =
  /(?:%25[0-9A-Fa-f]{2})+|(?:%[0-9A-Fa-f]{2})+|(?:=[0-9A-F]{2}){4,512}|&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos|nbsp|shy|zwnj);?|(?:\\u[0-9A-Fa-f]{4})+|\\u\{[0-9A-Fa-f]{1,6}\}|\\x[0-9A-Fa-f]{2}|(?:[uU]\+[0-9A-Fa-f]{4,5}(?: (?=[uU]\+))?)+|(?:[\u249c-\u24b5\u{1f1e6}-\u{1f1ff}\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}](?:[\ufe0f\u200b-\u200d]| (?=[\u{1f1e6}-\u{1f1ff}]))?)+/gu;

const NAMED: Record<string, string> = {
  ...{ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ', shy: '', zwnj: '' },
};
/** Where alphabets that no normalization form turns into bare letters begin: letters in brackets, regional indicators, letters in dark shapes. */
const EMOJI_ALPHABETS = [0x249c, 0x1f1e6, 0x1f150, 0x1f170];

/**
 * The text cut into literal pieces and decoded percent, HTML entity and `\u` escapes and emoji letters, or `undefined`
 * where nothing in it is escaped, as far as the mark `escape` says. One layer: what an escape decodes to is not decoded again.
 */
export function unescapedPieces(text: string): Piece[] | undefined {
  return cut(text, placesOf(text, ESCAPED), { pattern: ESCAPED, read: decodeEscape });
}

function decodeEscape(escaped: string): string {
  const plain = escaped.replace(/;$/, '');
  if (plain.startsWith('=')) return Buffer.from(plain.replaceAll('=', ''), 'hex').toString('utf8');
  if (/^u\+/i.test(plain)) return fromPoints(plain);
  if (plain.startsWith('%25')) return Buffer.from(plain.replaceAll('%25', ''), 'hex').toString('utf8');
  if (plain.startsWith('%')) return Buffer.from(plain.replaceAll('%', ''), 'hex').toString('utf8');
  if (plain.startsWith('&#x')) return fromCode(Number.parseInt(plain.slice(3), 16));
  if (plain.startsWith('&#')) return fromCode(Number.parseInt(plain.slice(2), 10));
  if (plain.startsWith('&')) return NAMED[plain.slice(1)] ?? escaped;
  if (plain.startsWith('\\u{')) return fromCode(Number.parseInt(plain.slice(3, -1), 16));
  if (!plain.startsWith('\\')) return fromEmoji(plain);
  const codes = plain.match(/[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2}/g) ?? [];
  return codes.map((code) => String.fromCharCode(Number.parseInt(code, 16))).join('');
}

function fromEmoji(letters: string): string {
  return Array.from(letters, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    const first = EMOJI_ALPHABETS.find((start) => code >= start && code < start + 26);
    return first === undefined ? '' : String.fromCharCode(0x61 + code - first);
  }).join('');
}

/** Code points as they are written in tables, one after the other. */
function fromPoints(points: string): string {
  const codes = points.match(/[0-9A-Fa-f]{4,5}/g) ?? [];
  return codes.map((code) => fromCode(Number.parseInt(code, 16))).join('');
}

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
