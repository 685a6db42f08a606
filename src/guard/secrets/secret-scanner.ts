import type { Redaction } from '../finding.ts';
import { SECRET_FORMS } from './forms.ts';
import { OWN_STARTS, ownSecrets } from './own-forms.ts';
import { presetRules } from './preset.ts';
import { tokens } from './token-forms.ts';

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

const ANY_START = new RegExp([...SECRET_FORMS.map((form) => form.start), OWN_STARTS].join('|'));
const PRESET_STARTS = new RegExp(SECRET_FORMS.map((form) => `(${form.start})`).join('|'), 'g');

/**
 * Makes a scanner for well-known forms of secrets. It returns them in order and not overlapping. One alternation of
 * literal beginnings goes over the text first, so text without one costs about a microsecond; rules run only
 * around what it finds. Texts above 1 MB end in a redaction of kind `unread`: nothing unread is passed on.
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
  const found = tokens(text);
  if (!ANY_START.test(text)) return found;
  found.push(...ownSecrets(text));
  const windowsOf = new Map<Finder, Windows>();
  for (const match of text.matchAll(PRESET_STARTS)) {
    const form = match.findIndex((group, index) => index > 0 && group !== undefined) - 1;
    for (const rule of rulesOfForm[form] ?? []) extend(windowsOf, rule, match.index, text.length);
  }
  for (const [rule, windows] of windowsOf) {
    for (const { start, end } of windows) {
      const inWindow = rule.find(text.slice(start, end));
      found.push(...inWindow.map((hit) => ({ ...hit, start: hit.start + start, end: hit.end + start })));
    }
  }
  return withoutOverlaps(found);
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
