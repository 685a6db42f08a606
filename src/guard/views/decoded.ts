import { matchesOf } from '../matches.ts';
import { ALPHANUMERIC, hasStretch, stretches, unitClass, unitRange } from './stretch.ts';
import type { Span } from './view.ts';

/** A run of base64 or hexadecimal digits that decodes to text. `layers` is 3 where a third layer still decodes. */
export type DecodedRun = Span & { text: string; layers: number };

const MIN_RUN = 16;
const RUN_UNITS = unitClass(`${ALPHANUMERIC}+/_-`);
/** What a base64 digit is worth, in either alphabet. */
const NO_DIGIT = 64;
const VALUE_OF_DIGIT = valueTable();
const HEX_PAIRS =
  /(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{2}(?:[ :,]{1,2}(?:0x)?[0-9A-Fa-f]{2}){7,4096}(?![0-9A-Za-z])/g;
const HEX_UNITS = unitClass(`${unitRange('0', '9')}${unitRange('A', 'F')}${unitRange('a', 'f')} :,x`);
const MIN_HEX_PAIRS = 23;
const HEX = /^[0-9A-Fa-f]+$/;
const HEX_GAP = /[ :,]|0x/g;
const ANY_HEX_GAP = /[ :,]|0x/;
/** Further lines of what a run began, each one run. */
const MORE_LINES = /(?:\r?\n[A-Za-z0-9+/_-]{2,100}={0,2}(?=\s|$)){1,400}/y;
const MAX_BEGINNINGS = 8;
const LINE_ENDS = /[\r\n]/g;
const WHOLE_RUN = /^[A-Za-z0-9+/_-]{16,}={0,2}$/;
const READABLE = /^[[\p{L}\p{M}\p{N}\p{P}\p{S}\s]--\ufffd]+$/v;
const HEAD_CHARS = 32;

/**
 * Runs of base64, base64url or hexadecimal digits that decode to words with gaps, opened at most twice; a third
 * layer is counted, not opened. Work is linear: each layer is shorter than the one around it.
 */
export function decodedRuns(text: string): DecodedRun[] {
  const runs: DecodedRun[] = [];
  let read = 0;
  const block = { end: 0, tries: 0 };
  for (const run of longRuns(text)) {
    if (run.start < read) continue;
    const decoded = openLines(text, run, block) ?? openSpan(text, run);
    if (decoded === undefined) continue;
    runs.push(decoded);
    read = decoded.end;
  }
  return [...runs, ...hexPairs(text).flatMap((span) => openSpan(text, span) ?? [])];
}

function openSpan(text: string, span: Span): DecodedRun | undefined {
  const decoded = open(text.slice(span.start, span.end));
  return decoded === undefined ? undefined : { ...span, ...decoded };
}

/**
 * A run that goes on over line ends, as one. Of lines that say nothing together (`block`) only the first few are tried as
 * the beginning: each is read up to the same end.
 */
function openLines(
  text: string,
  { start, end }: Span,
  block: { end: number; tries: number },
): DecodedRun | undefined {
  if (start >= block.end) block.tries = 0;
  if (block.tries >= MAX_BEGINNINGS || text.charAt(end - 1) === '=') return undefined;
  MORE_LINES.lastIndex = end;
  const more = MORE_LINES.exec(text);
  if (more === null) return undefined;
  block.end = Math.max(block.end, end + more[0].length);
  block.tries += 1;
  const decoded = open(text.slice(start, end + more[0].length).replace(LINE_ENDS, ''));
  return decoded === undefined ? undefined : { start, end: end + more[0].length, ...decoded };
}

function hexPairs(text: string): Span[] {
  if (!hasStretch(text, HEX_UNITS, MIN_HEX_PAIRS)) return [];
  return matchesOf(text, HEX_PAIRS).map((match) => ({
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

/** The text a run stands for, forwards or backwards, or `undefined` where it is no readable text. */
function openOnce(run: string): string | undefined {
  const digits = ANY_HEX_GAP.test(run) ? run.replace(HEX_GAP, '') : run;
  if (digits.length % 2 === 0 && HEX.test(digits)) return readAs(digits, 'hex');
  return readForwards(run) ?? readBackwards(run);
}

function readForwards(run: string): string | undefined {
  return mayBeText(run, 0, 1) ? readAs(run, 'base64') : undefined;
}

function readBackwards(run: string): string | undefined {
  let last = run.length - 1;
  while (last > run.length - 3 && run.charAt(last) === '=') last -= 1;
  return mayBeText(run, last, -1) ? readAs(backwards(run), 'base64') : undefined;
}

/** False where the first three bytes, read from a place on, begin no text: so of most runs nothing has to be made. */
function mayBeText(run: string, from: number, step: 1 | -1): boolean {
  let bits = 0;
  for (let digit = 0; digit < 4; digit += 1) {
    const value = VALUE_OF_DIGIT[run.charCodeAt(from + digit * step)] ?? NO_DIGIT;
    if (value === NO_DIGIT) return true;
    bits = (bits << 6) | value;
  }
  const [one, two, three] = [bits >> 16, (bits >> 8) & 0xff, bits & 0xff];
  if (one >= 0x80) return one >= 0xc2 && isContinued(two) && (one < 0xe0 || isContinued(three));
  return mayBegin(one) && (two === 0 || mayBegin(two));
}

function isContinued(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Anything but control characters that are no gaps, and bytes that go on with a character. */
function mayBegin(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13) || byte >= 0xc2;
}

/** The head is tried first: most runs fail there. */
function readAs(digits: string, encoding: 'hex' | 'base64'): string | undefined {
  const head = Buffer.from(digits.slice(0, HEAD_CHARS), encoding);
  const isWide = head[1] === 0 && head[3] === 0;
  const script = isWide ? 'utf16le' : 'utf8';
  if (!READABLE.test(withoutTornEnd(head.toString(script)))) return undefined;
  const text = Buffer.from(digits, encoding).toString(script);
  return READABLE.test(withoutTornEnd(text)) ? text : undefined;
}

function valueTable(): Uint8Array {
  const table = new Uint8Array(128).fill(NO_DIGIT);
  const letters = `${unitRange('A', 'Z')}${unitRange('a', 'z')}${unitRange('0', '9')}`;
  for (const digits of [`${letters}+/`, `${letters}-_`])
    for (let value = 0; value < digits.length; value += 1) table[digits.charCodeAt(value)] = value;
  return table;
}

function backwards(run: string): string {
  return run
    .replace(/={1,2}$/, '')
    .split('')
    .reverse()
    .join('');
}

/** A run cut in the middle of a character ends in U+FFFD; that alone does not make it unreadable. */
function withoutTornEnd(text: string): string {
  return text.replace(/\ufffd$/, '');
}

function hasGaps(text: string): boolean {
  return /\S\s\S|[\u3040-\u30ff\u4e00-\u9fff]/.test(text);
}
