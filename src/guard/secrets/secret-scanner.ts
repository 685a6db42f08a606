import { beginningsOf, eachBeginning } from '../beginnings.ts';
import type { Redaction } from '../finding.ts';
import { type BegunForm, readForm } from './begun-form.ts';
import { SECRET_FORMS } from './forms.ts';
import { blockSecrets, OWN_FORMS } from './own-forms.ts';
import { presetRules } from './preset.ts';
import { isShown } from './secret-value.ts';
import { BEGUN_TOKENS, signedTokens } from './token-forms.ts';

/** Code units read for secrets; what comes after is one redaction of kind `unread`. */
export const SECRET_LIMIT = 1_048_576;
/** A secret that the limit cuts in two begins at most this far before it. */
const LIMIT_MARGIN = 4096;
/** How much of the text around a start a rule of the preset gets to see. */
const WINDOW_BEFORE = 256;
const WINDOW_AFTER = 2048;

/** How often a text with secrets is looked at again. */
const MAX_ROUNDS = 4;

export type SecretScanner = (text: string) => Redaction[];

/** A rule of the preset is led to by one of the forms that are written for it. */
const PRESET = 'preset';
const PRESET_STARTS = new RegExp(SECRET_FORMS.map(({ start }) => `(${start})`).join('|'), 'y');
/** What is found at one place is said in this order. */
const FORMS: readonly BegunForm[] = [...BEGUN_TOKENS, ...OWN_FORMS];
const BEGINNINGS = beginningsOf<BegunForm | typeof PRESET>([
  ...FORMS.flatMap((form) => form.begins.split('|').map((literal) => ({ literal, row: form }))),
  ...[...new Set(SECRET_FORMS.flatMap(({ begins }) => begins.split('|')))].map(
    (literal) => ({ literal, row: PRESET }) as const,
  ),
]);

/**
 * Makes a scanner for well-known forms of secrets. It returns them in order and not overlapping. One pass over the text
 * looks up the literals that secrets begin with; forms are tried, and rules run, only where one stands. Texts above
 * 1 MB end in a redaction of kind `unread`: nothing unread is passed on.
 */
export function createSecretScanner(): SecretScanner {
  const preset = presetRules();
  const rulesOfForm = SECRET_FORMS.map((form) => form.rules.flatMap((name) => preset.get(name) ?? []));
  return (text) => {
    if (text.length > SECRET_LIMIT)
      return unreadTail(text, scanToEnd(text.slice(0, SECRET_LIMIT), rulesOfForm));
    return scanToEnd(text, rulesOfForm);
  };
}

type Windows = { start: number; end: number }[];
type Finder = { find(text: string): Redaction[] };

/**
 * Scans again with what was found masked, until nothing more shows: a secret can hide beside another one that a rule
 * takes for part of it. So the redacted text holds nothing that would be found.
 */
function scanToEnd(text: string, rulesOfForm: readonly (readonly Finder[])[]): Redaction[] {
  let found: Redaction[] = [];
  let masked = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const more = scan(masked, rulesOfForm);
    if (more.length === 0) break;
    found = withoutOverlaps([...found, ...more]);
    masked = mask(masked, more);
  }
  return found;
}

/** The text with every found stretch replaced by brackets, which stand in no secret; offsets stay. */
function mask(text: string, found: readonly Redaction[]): string {
  const parts: string[] = [];
  let last = 0;
  for (const { start, end } of found) {
    parts.push(text.slice(last, start), '['.repeat(end - start));
    last = end;
  }
  parts.push(text.slice(last));
  return parts.join('');
}

function scan(text: string, rulesOfForm: readonly (readonly Finder[])[]): Redaction[] {
  const begun: { form: BegunForm; secret: Redaction }[] = [];
  const readTo = new Map<BegunForm | typeof PRESET, number>();
  const windowsOf = new Map<Finder, Windows>();
  const readPreset = (at: number) => {
    const start = presetStartAt(text, at);
    for (const rule of rulesOfForm[start?.form ?? -1] ?? []) extend(windowsOf, rule, at, text.length);
    return start?.end;
  };
  const readBegun = (form: BegunForm, at: number) => {
    const read = readForm(form, text, at);
    if (read?.secret !== undefined) begun.push({ form, secret: read.secret });
    return read?.end;
  };
  eachBeginning(text, BEGINNINGS, (row, at) => {
    if (at < (readTo.get(row) ?? 0)) return;
    readTo.set(row, (row === PRESET ? readPreset(at) : readBegun(row, at)) ?? at);
  });
  begun.sort((one, other) => FORMS.indexOf(one.form) - FORMS.indexOf(other.form));
  return withoutOverlaps([
    ...signedTokens(text),
    ...blockSecrets(text),
    ...begun.map(({ secret }) => secret),
    ...Array.from(windowsOf, ([rule, windows]) => inWindows(text, rule, windows)).flat(),
  ]).filter(({ start, end }) => !isShown(text.slice(start, end)));
}

/** Which form begins at a place, and where its beginning ends. */
function presetStartAt(text: string, at: number): { form: number; end: number } | undefined {
  PRESET_STARTS.lastIndex = at;
  const match = PRESET_STARTS.exec(text);
  if (match === null) return undefined;
  return {
    form: match.findIndex((group, index) => index > 0 && group !== undefined) - 1,
    end: at + match[0].length,
  };
}

function inWindows(text: string, rule: Finder, windows: Windows): Redaction[] {
  return windows.flatMap(({ start, end }) =>
    rule
      .find(text.slice(start, end))
      .map((hit) => ({ ...hit, start: hit.start + start, end: hit.end + start })),
  );
}

/** Adds the surroundings of a start to a rule's windows; starts come in order, so overlapping windows merge. */
function extend(windowsOf: Map<Finder, Windows>, rule: Finder, at: number, length: number): void {
  const windows = windowsOf.get(rule) ?? [];
  windowsOf.set(rule, windows);
  const last = windows.at(-1);
  const start = Math.max(0, at - WINDOW_BEFORE);
  const end = Math.min(length, at + WINDOW_AFTER);
  if (last !== undefined && start <= last.end) last.end = end;
  else windows.push({ start, end });
}

/** In order; overlapping redactions become one, of the kind of the earlier and longer. */
function withoutOverlaps(found: Redaction[]): Redaction[] {
  found.sort((one, other) => one.start - other.start || other.end - one.end);
  const apart: Redaction[] = [];
  for (const each of found) {
    if (each.end <= each.start) continue;
    const last = apart.at(-1);
    if (last !== undefined && each.start < last.end) last.end = Math.max(last.end, each.end);
    else apart.push({ ...each });
  }
  return apart;
}

function unreadTail(text: string, found: Redaction[]): Redaction[] {
  const start = SECRET_LIMIT - LIMIT_MARGIN;
  return withoutOverlaps([...found, { start, end: text.length, kind: 'unread' }]);
}
