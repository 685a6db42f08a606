import type { Redaction } from './finding.ts';
import { redactText } from './secrets/redact-text.ts';
import { type SecretNames, secretNames } from './secrets/secret-names.ts';

type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** What was replaced in a JSON value: the pointer of the string, or of the member whose key held it. */
export type JsonRedaction = { pointer: string; kind: string };

/**
 * Replaces secrets in every string and key of a JSON value. What holds none is returned as it is: the same object,
 * so a clean value costs one look at its strings and no memory. Two keys that become equal are kept apart by a
 * number. What stands under a telling name (`password`, `apiKey`) goes as well: every text in it, and under a name that
 * the operator gave everything. Pointers are those of the result, so no secret stands in them.
 */
export function redactJson(
  value: JsonValue,
  secretsOf: (text: string) => Redaction[],
  isSecretName: SecretNames = DEFAULT_NAMES,
): { value: JsonValue; redactions: JsonRedaction[] } {
  const redactions: JsonRedaction[] = [];
  return { value: redactValue(value, '', { secretsOf, isSecretName, redactions }), redactions };
}

const DEFAULT_NAMES = secretNames();
/** What stands in place of a value that its name gives away. */
const NAMED = '[redacted:named]';

type Pass = {
  secretsOf: (text: string) => Redaction[];
  isSecretName: SecretNames;
  redactions: JsonRedaction[];
};

function redactValue(value: JsonValue, pointer: string, pass: Pass): JsonValue {
  if (typeof value === 'string') return redactString(value, pointer, pass);
  if (Array.isArray(value)) return redactArray(value, pointer, { pass, redact: redactValue });
  if (value !== null && typeof value === 'object') return redactObject(value, pointer, pass);
  return value;
}

function redactString(text: string, pointer: string, pass: Pass): string {
  const { shown, found } = withoutSecrets(text, pass.secretsOf);
  for (const { kind } of found) pass.redactions.push({ pointer, kind });
  return shown;
}

/** A secret in a JSON pointer is written in another way: there it is looked for as it was. */
function withoutSecrets(text: string, secretsOf: Pass['secretsOf']): { shown: string; found: Redaction[] } {
  const plain = unescaped(text);
  const inPlain = plain === text ? [] : secretsOf(plain);
  if (inPlain.length > 0) return { shown: redactText(plain, inPlain), found: inPlain };
  const found = secretsOf(text);
  return { shown: redactText(text, found), found };
}

/** The text with the escapes of JSON pointers read: what stands in one is the name of a member. */
export function unescaped(text: string): string {
  return text.includes('~') ? text.replaceAll('~1', '/').replaceAll('~0', '~') : text;
}

/** By index: items of a list that are lines of one private key, none of which need say so by itself. */
export function linesOfSecret(
  values: readonly unknown[],
  secretsOf: Pass['secretsOf'],
): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  if (!values.some((value) => typeof value === 'string' && value.includes(KEY_BLOCK))) return lines;
  const texts = values.map((value) => (typeof value === 'string' ? value : ''));
  const found = secretsOf(texts.join('\n'));
  let start = 0;
  for (const [index, text] of texts.entries()) {
    const end = start + text.length;
    const over = found.find((one) => one.start < end && start < one.end);
    if (over !== undefined && (over.start < start || over.end > end)) lines.set(index, over.kind);
    start = end + 1;
  }
  return lines;
}

const KEY_BLOCK = 'PRIVATE KEY';

type Redact = (value: JsonValue, pointer: string, pass: Pass) => JsonValue;

/** Every text in what stands under a telling name. */
const redactTexts: Redact = (value, pointer, pass) => {
  if (typeof value === 'string') {
    if (value === '' || value === NAMED) return value;
    pass.redactions.push({ pointer, kind: 'named' });
    return NAMED;
  }
  if (Array.isArray(value)) return redactArray(value, pointer, { pass, redact: redactTexts });
  if (value === null || typeof value !== 'object') return value;
  return redactObject(value, pointer, { ...pass, isSecretName: (name) => pass.isSecretName(name) ?? 'text' });
};

function redactArray(
  values: JsonValue[],
  pointer: string,
  { pass, redact }: { pass: Pass; redact: Redact },
): JsonValue[] {
  let copy: JsonValue[] | undefined;
  const lines = linesOfSecret(values, pass.secretsOf);
  for (let index = 0; index < values.length; index += 1) {
    const before = values[index] ?? null;
    const kind = lines.get(index);
    if (kind !== undefined) pass.redactions.push({ pointer: `${pointer}/${index}`, kind });
    const after = kind === undefined ? redact(before, `${pointer}/${index}`, pass) : `[redacted:${kind}]`;
    if (after === before) continue;
    copy ??= [...values];
    copy[index] = after;
  }
  return copy ?? values;
}

function redactObject(object: { [key: string]: JsonValue }, pointer: string, pass: Pass): JsonValue {
  const members: [key: string, value: JsonValue][] = [];
  const keys = new Set<string>();
  let isChanged = false;
  for (const [key, before] of Object.entries(object)) {
    const { shown: name, found } = withoutSecrets(key, pass.secretsOf);
    const shown = freeKey(name, keys);
    const below = `${pointer}/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    for (const { kind } of found) pass.redactions.push({ pointer: below, kind });
    const after = redactMember(shown, before, { below, pass });
    members.push([shown, after]);
    isChanged ||= shown !== key || after !== before;
  }
  return isChanged ? Object.fromEntries(members) : object;
}

/** What stands under a telling name; what is redacted already is looked at as usual. */
function redactMember(
  key: string,
  value: JsonValue,
  { below, pass }: { below: string; pass: Pass },
): JsonValue {
  const isEmpty = value === null || value === '' || value === NAMED;
  const kind = isEmpty ? undefined : pass.isSecretName(key);
  if (kind === undefined) return redactValue(value, below, pass);
  if (kind === 'text') return redactTexts(value, below, pass);
  pass.redactions.push({ pointer: below, kind: 'named' });
  return NAMED;
}

function freeKey(key: string, taken: Set<string>): string {
  let free = key;
  for (let copy = 2; taken.has(free); copy += 1) free = `${key} (${copy})`;
  taken.add(free);
  return free;
}
