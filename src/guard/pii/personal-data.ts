import type { Redaction } from '../finding.ts';
import { hasStretch, unitClass, unitRange } from '../views/stretch.ts';
import type { Hint, PersonalForm } from './personal-form.ts';
import { PERSONAL_FORMS } from './personal-forms.ts';

const DIGITS = unitRange('0', '9');
const DIGIT_UNITS = unitClass(`${DIGITS} -./()`);
const LETTER_UNITS = unitClass(`${DIGITS}${unitRange('A', 'Z')}${unitRange('a', 'z')}-+ `);
const WALLET_UNITS = unitClass(`${DIGITS}${unitRange('A', 'Z')}${unitRange('a', 'z')}`);
const THREE_DIGITS = /\d[ -]?\d[ -]?\d/;
const CONTEXT_BEFORE = 40;
const CONTEXT_BEHIND = 20;

const HINTS: Record<Hint, (text: string) => boolean> = {
  digits: (text) => hasStretch(text, DIGIT_UNITS, 9),
  letters: (text) => hasStretch(text, LETTER_UNITS, 9) && THREE_DIGITS.test(text),
  wallet: (text) => hasStretch(text, WALLET_UNITS, 26),
  mail: (text) => text.includes('@'),
};
/** What nearly every text of an office holds: reported where it leaves, not where it comes in. */
const EVERYDAY = new Set(['email', 'phone']);

/**
 * Personal data in a text, in order and not overlapping: numbers with a check digit or an unmistakable form, others only
 * beside words that name them. E-mail addresses and phone numbers only with `withContacts`.
 */
export function personalData(text: string, { withContacts }: { withContacts: boolean }): Redaction[] {
  const found: Redaction[] = [];
  for (const [hint, isThere] of Object.entries(HINTS)) {
    const forms = FORMS_BY_HINT.get(hint) ?? [];
    if (!isThere(text)) continue;
    for (const form of forms)
      if (withContacts || !EVERYDAY.has(form.kind)) found.push(...matches(form, text));
  }
  return apart(found);
}

const FORMS_BY_HINT: Map<string, PersonalForm[]> = Map.groupBy(PERSONAL_FORMS, ({ hint }) => hint);

function matches({ kind, pattern, isValid, context }: PersonalForm, text: string): Redaction[] {
  if (context !== undefined && !context.test(text)) return [];
  const found: Redaction[] = [];
  for (const match of text.matchAll(pattern)) {
    const [written] = match;
    const end = match.index + written.length;
    if (isValid !== undefined && !isValid(written)) continue;
    if (context !== undefined && !context.test(surroundings(text, match.index, end))) continue;
    found.push({ start: match.index, end, kind });
  }
  return found;
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
