import { matchesOf } from '../matches.ts';
import type { CodedRun } from './coded.ts';
import { ALPHANUMERIC, hasStretch, stretches, unitClass, unitRange } from './stretch.ts';
import type { Span } from './view.ts';

/** Prose has a gap in so many signs, and most code too. */
const MIN_SIGNS = 36;
const MIN_DIGITS = 28;
/** In nearly every run of any of these bases so many signs stand without a gap. */
const MIN_STRETCH = 20;
const MAX_RUN = 2048;
/** Big numbers take time that grows with the square of their digits. */
const MAX_NUMBER = 256;
const MAX_TRIES = 8;
const READABLE = /^[[\p{L}\p{M}\p{N}\p{P}\p{S}\s]--\ufffd]{8,}$/v;
const PRINTABLE = /^[\x20-\x7e\n]{3}/;
const HAS_GAPS = /[a-z]{3} [a-z]/i;

const SIGNS = unitClass(unitRange('!', '~'));
const UU_SIGNS = unitClass(unitRange('!', '`'));
const DIGITS = unitClass(ALPHANUMERIC);
const QUOTED = /^(["'`])(.+)\1[.,;:]?$/s;
const UU_LINE = /(?<=^|\n|[ \t])([!-M])([ -`]{4,60})(?=\r?\n|$)/g;
const MIXED = /^(?=[\dA-Z]*[a-z])(?=[\da-z]*[A-Z])(?=[A-Za-z]*\d)/;

const ASCII85 = unitRange('!', 'u');
const BASE85 = `${ALPHANUMERIC}!#$%&()*+-;<=>?@^_\`{|}~`;
const BASE45 = `${unitRange('0', '9')}${unitRange('A', 'Z')} $%*+-./:`;
const BASE45_UNITS = unitClass(BASE45);
const NUMBER_ALPHABETS: readonly string[] = [
  ALPHANUMERIC.replace(/[0OIl]/g, ''),
  ALPHANUMERIC,
  `${unitRange('0', '9')}${unitRange('a', 'z')}${unitRange('A', 'Z')}`,
];

/** Runs in bases 45, 58, 62 and 85 and in uuencode that say something readable: rare, and bare of any mark. */
export function rareBaseRuns(text: string): CodedRun[] {
  if (!hasStretch(text, SIGNS, MIN_STRETCH)) return [];
  return [...inSigns(text), ...inUu(text), ...inBase45(text), ...inNumbers(text)];
}

function inSigns(text: string): CodedRun[] {
  return stretches(text, SIGNS, MIN_SIGNS).flatMap(({ start, end }) => {
    const whole = text.slice(start, Math.min(end, start + MAX_RUN));
    if (!isMixed(whole)) return [];
    const tries = [whole, QUOTED.exec(whole)?.[2] ?? ''];
    return firstReadable(
      { start, end },
      tries.flatMap((run) => [() => fromDigits(run, ASCII85, 5), () => fromDigits(run, BASE85, 5)]),
    );
  });
}

/** Paths, addresses and code are mostly lower case; of base 85 less than half is, and a quarter of it are signs. */
function isMixed(run: string): boolean {
  const count = { lower: 0, upper: 0, other: 0 };
  for (let at = 0; at < MIN_SIGNS; at += 1) {
    const code = run.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) count.lower += 1;
    else if (code >= 0x41 && code <= 0x5a) count.upper += 1;
    else if (code < 0x30 || code > 0x39) count.other += 1;
  }
  return count.lower <= (2 * MIN_SIGNS) / 3 && count.upper >= 3 && count.other >= 3;
}

function inBase45(text: string): CodedRun[] {
  return stretches(text, BASE45_UNITS, MIN_SIGNS).flatMap(({ start, end }) => {
    const run = text.slice(start, Math.min(end, start + MAX_RUN)).trim();
    return firstReadable({ start, end }, [() => fromDigits(run, BASE45, 3)]);
  });
}

function inUu(text: string): CodedRun[] {
  if (!hasStretch(text, UU_SIGNS, 20)) return [];
  const lines = matchesOf(text, UU_LINE).filter(([, count = '', digits = '']) => {
    const bytes = count.charCodeAt(0) - 0x20;
    return Math.abs(digits.trimEnd().length - Math.ceil(bytes / 3) * 4) <= 3;
  });
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return [];
  const span = { start: first.index, end: last.index + last[0].length };
  return firstReadable(span, [
    () => lines.map(([, count = '', digits = '']) => uuLine(count, digits)).join(''),
  ]);
}

function inNumbers(text: string): CodedRun[] {
  return stretches(text, DIGITS, MIN_DIGITS)
    .filter(({ start, end }) => end - start <= MAX_NUMBER && MIXED.test(text.slice(start, end)))
    .slice(0, MAX_TRIES)
    .flatMap(({ start, end }) => {
      const run = text.slice(start, end);
      return firstReadable(
        { start, end },
        NUMBER_ALPHABETS.map((alphabet) => () => fromNumber(run, alphabet)),
      );
    });
}

function firstReadable(span: Span, readings: readonly (() => string | undefined)[]): CodedRun[] {
  for (const read of readings) {
    const text = read();
    if (text !== undefined && READABLE.test(text) && HAS_GAPS.test(text)) return [{ ...span, text }];
  }
  return [];
}

/** Groups of digits, each a number of one byte less; the first group tells most runs from text. */
function fromDigits(run: string, alphabet: string, group: number): string | undefined {
  const head = bytesOf(run.slice(0, group), alphabet, group);
  if (head === undefined || head.some((byte) => byte < 0x20 || byte > 0x7e)) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < run.length; at += group) {
    const more = bytesOf(run.slice(at, at + group), alphabet, group);
    if (more === undefined) return undefined;
    bytes.push(...more);
  }
  return Buffer.from(bytes).toString('utf8');
}

/** Base 45 counts from its last digit on, base 85 from its first. */
function bytesOf(digits: string, alphabet: string, group: number): number[] | undefined {
  const values = Array.from(digits, (digit) => alphabet.indexOf(digit));
  if (values.includes(-1)) return undefined;
  const isLittle = group === 3;
  const padded = isLittle
    ? values.reverse()
    : [...values, ...Array.from({ length: group - values.length }, () => alphabet.length - 1)];
  const value = padded.reduce((sum, digit) => sum * alphabet.length + digit, 0);
  const size = isLittle ? values.length - 1 : group - 1;
  if (value >= 256 ** size) return undefined;
  const bytes = Array.from(
    { length: size },
    (_, place) => Math.floor(value / 256 ** (size - 1 - place)) % 256,
  );
  return isLittle ? bytes : bytes.slice(0, digits.length - 1);
}

function uuLine(count: string, digits: string): string {
  let bits = '';
  for (const digit of digits) bits += ((digit.charCodeAt(0) - 0x20) & 0x3f).toString(2).padStart(6, '0');
  const size = Math.min(count.charCodeAt(0) - 0x20, Math.floor(bits.length / 8));
  const bytes = Array.from({ length: size }, (_, at) => Number.parseInt(bits.slice(8 * at, 8 * at + 8), 2));
  return Buffer.from(bytes).toString('utf8');
}

/** A whole run as one number; what its first digits come to tells most runs from text before it is worked out. */
function fromNumber(run: string, alphabet: string): string | undefined {
  const base = alphabet.length;
  const values = Array.from(run, (digit) => alphabet.indexOf(digit));
  if (values.includes(-1) || !PRINTABLE.test(headOf(values, base))) return undefined;
  const number = values.reduce((sum, digit) => sum * BigInt(base) + BigInt(digit), 0n);
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('utf8');
}

/** The first three bytes of a number, by its logarithm to base 256. */
function headOf(values: readonly number[], base: number): string {
  const mantissa = values.slice(0, 9).reduce((sum, digit, place) => sum + digit / base ** place, 0);
  const size = ((values.length - 1) * Math.log(base) + Math.log(mantissa)) / Math.log(256);
  const lead = 256 ** (size - Math.floor(size) + 2);
  return String.fromCharCode(Math.floor(lead / 65_536), Math.floor(lead / 256) % 256, Math.floor(lead) % 256);
}
