import { isUtf8 } from 'node:buffer';
import { findDuplicateMember } from './duplicate-members.ts';
import { parseJson } from './parse-json.ts';
import { toPointer } from './pointer.ts';
import type { JsonObject, JsonValue } from './value.ts';

/** Nesting that a document may have, arrays and objects together. */
export const MAX_DEPTH = 64;

/** A document that is not the JSON we accept. `pointer` names the place where it is known. */
export class JsonError extends Error {
  readonly code = 'invalid_json';
  readonly errors: readonly { pointer: string; message: string }[];

  constructor(pointer: string, message: string) {
    super(message);
    this.errors = [{ pointer, message }];
  }
}

/**
 * Parses JSON that means one thing only.
 *
 * Refuses with `JsonError`: bytes that are not UTF-8, duplicate member names, `__proto__`, nesting deeper than
 * 64, numbers outside ±(2^53−1) or without a finite value, and strings with lone surrogates. What is returned has
 * a canonical form (RFC 8785) from which exactly the same value can be read back.
 */
export function parseStrictJson(bytes: Uint8Array): JsonValue {
  if (!isUtf8(bytes)) throw new JsonError('', 'the body is not valid UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const value = parse(text);
  const walk: Walk = { members: 0, path: [] };
  checkValue(value, walk);
  // JSON.parse keeps the last of two equal names in silence. It cannot invent a member, so comparing how many the
  // text has with how many came out finds a duplicate at the price of one scan.
  if (countMembers(text) !== walk.members) {
    throw new JsonError(findDuplicateMember(text) ?? '', 'a member name stands twice in one object');
  }
  return value;
}

function parse(text: string): JsonValue {
  if (text.trim() === '') throw new JsonError('', 'the body is empty; a JSON value is needed');
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new JsonError('', `the value is nested deeper than ${MAX_DEPTH} levels`);
    throw new JsonError('', `the body is not JSON: ${positionOf(cause)}`);
  }
}

/** V8 quotes the document in its message; the caller knows it already and the log must not hold it. */
function positionOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : '';
  const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0];
  return (
    place ?? (message.includes('end of JSON input') ? 'it ends too early' : 'a character is out of place')
  );
}

/** What is counted, and the way to the value being looked at: it becomes a pointer only when something is wrong. */
type Walk = { members: number; path: (string | number)[] };

function checkValue(value: JsonValue, walk: Walk): void {
  if (typeof value === 'string') checkString(value, walk);
  else if (typeof value === 'number') checkNumber(value, walk);
  else if (value !== null && typeof value === 'object') {
    if (walk.path.length >= MAX_DEPTH)
      throw refusal(walk, `the value is nested deeper than ${MAX_DEPTH} levels`);
    if (Array.isArray(value)) checkItems(value, walk);
    else checkMembers(value, walk);
  }
}

function checkItems(items: JsonValue[], walk: Walk): void {
  for (let index = 0; index < items.length; index += 1) {
    walk.path.push(index);
    checkValue(items[index] as JsonValue, walk);
    walk.path.pop();
  }
}

function checkMembers(object: JsonObject, walk: Walk): void {
  for (const key of Object.keys(object)) {
    walk.members += 1;
    walk.path.push(key);
    if (key === '__proto__') throw refusal(walk, 'the member name __proto__ is not allowed');
    checkString(key, walk);
    checkValue(object[key] as JsonValue, walk);
    walk.path.pop();
  }
}

function checkString(text: string, walk: Walk): void {
  if (!text.isWellFormed()) throw refusal(walk, 'the text holds a lone surrogate, which is no character');
}

function checkNumber(value: number, walk: Walk): void {
  if (Number.isSafeInteger(value)) return;
  if (!Number.isFinite(value)) throw refusal(walk, 'the number is too large to be represented');
  if (Number.isInteger(value)) {
    throw refusal(walk, 'the integer is beyond ±(2^53−1) and would be rounded; send it as a string');
  }
}

function refusal({ path }: Walk, message: string): JsonError {
  return new JsonError(shorten(toPointer(path)), message);
}

/** A pointer of a document that is nested thousands of levels deep says nothing more after its beginning. */
function shorten(pointer: string): string {
  return pointer.length <= 200 ? pointer : `${pointer.slice(0, 200)}…`;
}

/** Members of all objects in a JSON text: the colons outside of strings. */
function countMembers(text: string): number {
  let members = 0;
  let index = 0;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === 0x22) index = endOfString(text, index + 1);
    else if (code === 0x3a) members += 1;
    index += 1;
  }
  return members;
}

/** Index of the quote that closes the string whose content starts at `index`. */
function endOfString(text: string, index: number): number {
  let end = text.indexOf('"', index);
  while (end !== -1 && isEscaped(text, end, index)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, quote: number, start: number): boolean {
  let backslashes = 0;
  while (quote - 1 - backslashes >= start && text.charCodeAt(quote - 1 - backslashes) === 0x5c)
    backslashes += 1;
  return backslashes % 2 === 1;
}
