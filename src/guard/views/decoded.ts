import { hasStretch, stretches, unitClass, unitRange } from './stretch.ts';
import type { Span } from './view.ts';

/** A run of base64 or hexadecimal digits that decodes to text. `layers` is 3 where a third layer still decodes. */
export type DecodedRun = Span & { text: string; layers: number };

const MIN_RUN = 16;
const RUN_UNITS = unitClass(`${unitRange('0', '9')}${unitRange('A', 'Z')}${unitRange('a', 'z')}+/_-`);
const HEX_PAIRS = /(?<![0-9A-Za-z])[0-9A-Fa-f]{2}(?:[ :,][0-9A-Fa-f]{2}){7,4096}(?![0-9A-Za-z])/g;
const HEX_UNITS = unitClass(`${unitRange('0', '9')}${unitRange('A', 'F')}${unitRange('a', 'f')} :,`);
const MIN_HEX_PAIRS = 23;
const HEX = /^[0-9A-Fa-f]+$/;
const HEX_GAP = /[ :,]/g;
const WHOLE_RUN = /^[A-Za-z0-9+/_-]{16,}={0,2}$/;
const READABLE = /^[[\p{L}\p{M}\p{N}\p{P}\p{S}\s]--\ufffd]+$/v;
const HEAD_CHARS = 32;

/**
 * Runs of base64, base64url or hexadecimal digits that decode to words with gaps, opened at most twice; a third
 * layer is counted, not opened. Work is linear: each layer is shorter than the one around it.
 */
export function decodedRuns(text: string): DecodedRun[] {
  return [...longRuns(text), ...hexPairs(text)].flatMap((span) => {
    const decoded = open(text.slice(span.start, span.end));
    return decoded === undefined ? [] : [{ ...span, ...decoded }];
  });
}

function hexPairs(text: string): Span[] {
  if (!hasStretch(text, HEX_UNITS, MIN_HEX_PAIRS)) return [];
  return Array.from(text.matchAll(HEX_PAIRS), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Runs of 16 or more characters that could be base64, with their padding. */
function longRuns(text: string): Span[] {
  return stretches(text, RUN_UNITS, MIN_RUN).map(({ start, end }) => {
    const padding = text.startsWith('==', end) ? 2 : text.startsWith('=', end) ? 1 : 0;
    return { start, end: end + padding };
  });
}

function open(run: string): { text: string; layers: number } | undefined {
  const outer = openOnce(run);
  if (outer === undefined) return undefined;
  const inner = WHOLE_RUN.test(outer.trim()) ? openOnce(outer.trim()) : undefined;
  if (inner === undefined) return hasGaps(outer) ? { text: outer, layers: 1 } : undefined;
  const isDeeper = WHOLE_RUN.test(inner.trim()) && openOnce(inner.trim()) !== undefined;
  if (isDeeper) return { text: inner, layers: 3 };
  return hasGaps(inner) ? { text: inner, layers: 2 } : undefined;
}

/** The text a run stands for, or `undefined` where it is no readable text. The head is tried first: most runs fail there. */
function openOnce(run: string): string | undefined {
  const digits = run.replace(HEX_GAP, '');
  const encoding = HEX.test(digits) && digits.length % 2 === 0 ? 'hex' : 'base64';
  if (!READABLE.test(withoutTornEnd(Buffer.from(digits.slice(0, HEAD_CHARS), encoding).toString('utf8')))) {
    return undefined;
  }
  const text = Buffer.from(digits, encoding).toString('utf8');
  return READABLE.test(withoutTornEnd(text)) ? text : undefined;
}

/** A run cut in the middle of a character ends in U+FFFD; that alone does not make it unreadable. */
function withoutTornEnd(text: string): string {
  return text.replace(/\ufffd$/, '');
}

function hasGaps(text: string): boolean {
  return /\S\s\S|[\u3040-\u30ff\u4e00-\u9fff]/.test(text);
}
