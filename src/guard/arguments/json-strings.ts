import type { Span } from '../views/view.ts';

/** A string in a text that is JSON: its value, and where it is written; `isPlain` where it is written without escapes. */
export type JsonString = Span & { value: string; isPlain: boolean };

/** With more strings than this a text is judged as it is written. */
const MAX_STRINGS = 2_000;
const MAX_LENGTH = 262_144;
/** Shorter ones hold nothing to judge. */
const MIN_LENGTH = 2;
const IS_JSON = /^\s{0,64}[[{]/;

/**
 * The strings in a text that is a JSON object or array, those of JSON inside a string as well; `undefined` where it is
 * none, or too large. Names of members are strings, too.
 */
export function stringsInJson(text: string): JsonString[] | undefined {
  const values = valuesIn(text);
  if (values === undefined || values.length > MAX_STRINGS) return undefined;
  let last = 0;
  return values.flatMap((value) => {
    const written = JSON.stringify(value).slice(1, -1);
    const at = text.indexOf(written, last);
    last = at < 0 ? last : at + written.length;
    const span = at < 0 ? { start: 0, end: text.length } : { start: at, end: at + written.length };
    const inner = (valuesIn(value) ?? []).map((each) => ({ value: each, ...span, isPlain: false }));
    return [{ value, ...span, isPlain: at >= 0 && written === value }, ...inner];
  });
}

/** Names and strings of a JSON text, in order. */
function valuesIn(text: string): string[] | undefined {
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const found: string[] = [];
  const open: unknown[] = [parsed];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') {
      if (next.length >= MIN_LENGTH) found.push(next);
    } else if (Array.isArray(next)) open.push(...next.toReversed());
    else if (typeof next === 'object' && next !== null)
      open.push(...Object.entries(next).flat().toReversed());
  }
  return found;
}

function parse(text: string): unknown {
  if (text.length > MAX_LENGTH || !IS_JSON.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
