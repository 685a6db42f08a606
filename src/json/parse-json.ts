import type { JsonValue } from './value.ts';

/**
 * `JSON.parse`, and right where V8 is wrong: while it reads an object it expects the names of one read before, and compares
 * them with a name as it is written (nodejs/node#63785). After `{"a":1,"t\\":2}` it takes the name `"t\u006f"`, which
 * is `to`, for `t\`. Whoever writes a name with an escape could so hide an argument from a rule.
 *
 * Throws a `SyntaxError` as `JSON.parse` does. Nesting is as deep as the stack where a name has an escape.
 */
export function parseJson(text: string): JsonValue {
  const value = JSON.parse(text) as JsonValue;
  return hasEscapedName(text) ? new Reader(text).value() : value;
}

/** Whether any member of a JSON text has a name with a backslash. */
function hasEscapedName(text: string): boolean {
  let backslash = text.indexOf('\\');
  // Only strings that hold a backslash are looked at, each once.
  while (backslash !== -1) {
    const end = endOfString(text, backslash);
    if (isColon(text, end + 1)) return true;
    backslash = text.indexOf('\\', end + 1);
  }
  return false;
}

/** Index of the quote that closes the string in which `at` stands, at a character or at the beginning of an escape. */
function endOfString(text: string, at: number): number {
  let index = at;
  while (index < text.length && text.charCodeAt(index) !== QUOTE) {
    index += text.charCodeAt(index) === BACKSLASH ? 2 : 1;
  }
  return index;
}

function isColon(text: string, from: number): boolean {
  let index = from;
  while (WHITE_SPACE.includes(text.charCodeAt(index))) index += 1;
  return text.charCodeAt(index) === COLON;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const WHITE_SPACE = [0x20, 0x0a, 0x0d, 0x09];
/** A number, `true`, `false` or `null`. */
const SCALAR = /[^\s,\]}]+/y;
const BETWEEN = /[\s,:]*/y;

/** Reads a text that `JSON.parse` took, so that nothing has to be checked, only taken apart. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): JsonValue {
    this.#skip(BETWEEN);
    const first = this.#text[this.#at];
    if (first === '{') return this.#object();
    if (first === '[') return this.#array();
    return JSON.parse(first === '"' ? this.#string() : this.#skip(SCALAR)) as JsonValue;
  }

  #object(): JsonValue {
    const members: [string, JsonValue][] = [];
    this.#at += 1;
    while (!this.#closes('}')) members.push([JSON.parse(this.#string()) as string, this.value()]);
    // Makes a member `__proto__` of that name, as JSON.parse does.
    return Object.fromEntries(members);
  }

  #array(): JsonValue {
    const items: JsonValue[] = [];
    this.#at += 1;
    while (!this.#closes(']')) items.push(this.value());
    return items;
  }

  /** Steps over what closes, if it is next. */
  #closes(bracket: string): boolean {
    this.#skip(BETWEEN);
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  /** The string that begins here, as it is written. */
  #string(): string {
    const start = this.#at;
    this.#at = endOfString(this.#text, start + 1) + 1;
    return this.#text.slice(start, this.#at);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }
}
