import type { Redaction } from '../finding.ts';

/** How far a form was read at a place, and the secret in it, if it is one. */
export type ReadForm = { end: number; secret: Redaction | undefined };

/**
 * A form of secret that is looked for only where one of its beginnings stands, literals of three or more units between
 * bars. `pattern` is sticky and bounded; what of a match is the secret is its last group, or the whole match where it has
 * none. `isSecret` is told the first group, too. `needs` stands in every match, at most 1,400 units behind its beginning: it is
 * found sooner than the pattern gives up. A form that no pattern can say has `read` instead.
 */
export type BegunForm = { kind: string; begins: string } & (
  | { pattern: RegExp; needs?: string; isSecret?: (value: string, key: string) => boolean; read?: undefined }
  | { read(text: string, at: number): ReadForm }
);

/**
 * A token that its issuer gave a beginning of its own. The form is bounded and holds a run of at least 20 letters, digits
 * and joining signs. Issuers publish these forms so that lost tokens can be found. `begins` are the literals it begins with
 * where the form itself does not begin with one, or that stand in it, `before` or fewer units behind its beginning; where
 * there are none, `sign` stands in every text that holds one.
 */
export type TokenForm = {
  kind: string;
  form: string;
  begins?: string;
  before?: readonly [least: number, most: number];
  sign?: RegExp;
};

/** So far behind the beginning of a form stands what it needs. */
const NEEDS_REACH = 1400;

/** What a form matches at a place: where it ends, and the secret in it, if it is one. */
export function readForm(form: BegunForm, text: string, at: number): ReadForm | undefined {
  if (form.read !== undefined) return form.read(text, at);
  const { kind, pattern, needs, isSecret } = form;
  if (needs !== undefined && !text.slice(at, at + NEEDS_REACH).includes(needs)) return undefined;
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [whole] = match;
  const value = match.at(-1) ?? whole;
  const end = at + whole.length;
  if (isSecret !== undefined && !isSecret(value, match[1] ?? '')) return { end, secret: undefined };
  const start = at + whole.lastIndexOf(value);
  return { end, secret: { start, end: Math.min(end, start + value.length), kind } };
}
