import type { Redaction } from '../finding.ts';

/**
 * A form of secret that is looked for only where one of its beginnings stands, literals of three or more units between
 * bars. `pattern` is sticky and bounded; what of a match is the secret is its last group, or the whole match where it has
 * none. `isSecret` is told the first group, too.
 */
export type BegunForm = {
  kind: string;
  begins: string;
  pattern: RegExp;
  isSecret?: (value: string, key: string) => boolean;
};

/** What a form matches at a place: where it ends, and the secret in it, if it is one. */
export function readForm(
  { kind, pattern, isSecret }: BegunForm,
  text: string,
  at: number,
): { end: number; secret: Redaction | undefined } | undefined {
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
