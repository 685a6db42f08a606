import type { Redaction } from '../finding.ts';
import { matchesOf } from '../matches.ts';
import { hasStretch, stretches, unitClass, unitRange } from '../views/stretch.ts';
import type { Span } from '../views/view.ts';
import type { Hint, PersonalForm } from './personal-form.ts';
import { PERSONAL_FORMS } from './personal-forms.ts';

const DIGITS = unitRange('0', '9');
const IS_DIGIT = unitClass(DIGITS);
const DIGIT_UNITS = unitClass(`${DIGITS} -./()`);
/** What numbers are made of that are written in groups, and the least digits of one. */
const NUMBER_UNITS = unitClass(`${DIGITS} -./()+`);
const MIN_DIGITS = 7;
const LETTER_UNITS = unitClass(`${DIGITS}${unitRange('A', 'Z')}${unitRange('a', 'z')}-+ `);
const THREE_DIGITS = /\d[ -]?\d[ -]?\d/;
/** What numbers begin with that have letters, looked for at their first two digits. */
const LETTERED =
  /\d\d(?<=(?<![A-Za-z0-9])(?:[A-Za-z]{1,5}-?|[A-Za-z]{2} )?\d\d)(?:\d\d|[ -]?\d\d|[ -]?[A-Za-z0-9]{4})|[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}/g;
/** What may stand before these, and the longest number with what stands behind it. */
const LETTERED_BEFORE = 8;
const LETTERED_REACH = 64;
const WALLET_UNITS = unitClass(`${DIGITS}${unitRange('A', 'Z')}${unitRange('a', 'z')}`);
const MARGIN = 4;
const CONTEXT_BEFORE = 40;
const CONTEXT_BEHIND = 20;

/** Where forms are tried, and how many digits stand there, where they are counted. */
type Place = Span & { digits: number };
const ANY_DIGITS = Number.POSITIVE_INFINITY;
/** Digits of most numbers of people; dates have fewer. */
const MANY_DIGITS = 9;

/** Where in a text the forms of a row may stand; elsewhere they are not tried. */
const PLACES: Record<Hint, (text: string) => readonly Place[]> = {
  digits: numbers,
  letters: letteredNumbers,
  wallet: (text) =>
    hasStretch(text, WALLET_UNITS, 26) ? [{ start: 0, end: text.length, digits: ANY_DIGITS }] : [],
  mail: (text) => (text.includes('@') ? [{ start: 0, end: text.length, digits: ANY_DIGITS }] : []),
};
/** What nearly every text of an office holds: reported where it leaves, not where it comes in. */
const EVERYDAY = new Set(['email', 'phone']);

/**
 * Personal data in a text, in order and not overlapping: numbers with a check digit or an unmistakable form, others only
 * beside words that name them. E-mail addresses and phone numbers only with `withContacts`.
 */
export function personalData(text: string, { withContacts }: { withContacts: boolean }): Redaction[] {
  const found: Redaction[] = [];
  for (const [hint, forms] of FORMS_BY_HINT) {
    const asked = withContacts ? forms : forms.filter(({ kind }) => !EVERYDAY.has(kind));
    if (asked.length === 0) continue;
    for (const place of PLACES[hint](text)) addFound(found, asked, { text, place });
  }
  return apart(found);
}

const FORMS_BY_HINT: Map<Hint, PersonalForm[]> = Map.groupBy(PERSONAL_FORMS, ({ hint }) => hint);

/** Stretches that hold enough digits, with what may stand right before and behind. */
function numbers(text: string): Place[] {
  if (!hasStretch(text, DIGIT_UNITS, 9)) return [];
  const places: Place[] = [];
  for (const { start, end } of stretches(text, NUMBER_UNITS, MIN_DIGITS)) {
    const digits = digitsIn(text, start, end);
    if (digits < MIN_DIGITS) continue;
    places.push({ start: Math.max(0, start - MARGIN), end: Math.min(text.length, end + MARGIN), digits });
  }
  return places;
}

function digitsIn(text: string, start: number, end: number): number {
  let digits = 0;
  for (let at = start; at < end; at += 1) if (IS_DIGIT[text.charCodeAt(at)] === 1) digits += 1;
  return digits;
}

function letteredNumbers(text: string): Place[] {
  const places: Place[] = [];
  if (!THREE_DIGITS.test(text) || !hasStretch(text, LETTER_UNITS, 9)) return places;
  for (const { index } of matchesOf(text, LETTERED)) {
    const last = places.at(-1);
    const end = Math.min(text.length, index + LETTERED_REACH);
    if (last !== undefined && index - LETTERED_BEFORE <= last.end) last.end = end;
    else places.push({ start: Math.max(0, index - LETTERED_BEFORE), end, digits: ANY_DIGITS });
  }
  return places;
}

function addFound(
  found: Redaction[],
  forms: readonly PersonalForm[],
  { text, place }: { text: string; place: Place },
): void {
  const piece = text.slice(place.start, place.end);
  for (const form of forms) {
    if (place.digits < (form.digits ?? MANY_DIGITS)) continue;
    for (const match of matchesOf(piece, form.pattern)) {
      const personal = read(form, text, { start: place.start + match.index, written: match[0] });
      if (personal !== undefined) found.push(personal);
    }
  }
}

function read(
  { kind, cut, isValid, context }: PersonalForm,
  text: string,
  candidate: { start: number; written: string },
): Redaction | undefined {
  const { start } = candidate;
  const written = cut?.(candidate.written) ?? candidate.written;
  const end = start + written.length;
  if (isValid?.(written) === false || context?.test(surroundings(text, start, end)) === false)
    return undefined;
  return { start, end, kind };
}

function surroundings(text: string, start: number, end: number): string {
  return `${text.slice(Math.max(0, start - CONTEXT_BEFORE), start)}\n${text.slice(end, end + CONTEXT_BEHIND)}`;
}

/** Where two forms claim one place, the one that stands earlier in the table, or begins earlier, keeps it. */
function apart(found: readonly Redaction[]): Redaction[] {
  const sorted = [...found].sort((one, other) => one.start - other.start || other.end - one.end);
  const kept: Redaction[] = [];
  for (const each of sorted) if (each.start >= (kept.at(-1)?.end ?? 0)) kept.push(each);
  return kept;
}
