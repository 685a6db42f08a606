import { isUtf8 } from 'node:buffer';
import { findDuplicateMember } from './duplicate-members.ts';
import { pointerSegment } from './pointer.ts';
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
  const counter = { members: 0 };
  checkValue(value, '', 1, counter);
  // JSON.parse keeps the last of two equal names in silence. It cannot invent a member, so comparing how many the
  // text has with how many came out finds a duplicate at the price of one scan.
  if (countMembers(text) !== counter.members) {
    throw new JsonError(findDuplicateMember(text) ?? '', 'a member name stands twice in one object');
  }
  return value;
}

function parse(text: string): JsonValue {
  if (text.trim() === '') throw new JsonError('', 'the body is empty; a JSON value is needed');
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
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

function checkValue(value: JsonValue, pointer: string, depth: number, counter: { members: number }): void {
  if (typeof value === 'string') checkString(value, pointer);
  else if (typeof value === 'number') checkNumber(value, pointer);
  else if (value !== null && typeof value === 'object') {
    if (depth > MAX_DEPTH) {
      throw new JsonError(shorten(pointer), `the value is nested deeper than ${MAX_DEPTH} levels`);
    }
    if (Array.isArray(value)) checkItems(value, pointer, depth, counter);
    else checkMembers(value, pointer, depth, counter);
  }
}

function checkItems(items: JsonValue[], pointer: string, depth: number, counter: { members: number }): void {
  for (let index = 0; index < items.length; index += 1) {
    checkValue(items[index] as JsonValue, `${pointer}/${index}`, depth + 1, counter);
  }
}

function checkMembers(
  object: JsonObject,
  pointer: string,
  depth: number,
  counter: { members: number },
): void {
  for (const key of Object.keys(object)) {
    counter.members += 1;
    const at = `${pointer}/${pointerSegment(key)}`;
    if (key === '__proto__') throw new JsonError(at, 'the member name __proto__ is not allowed');
    checkString(key, at);
    checkValue(object[key] as JsonValue, at, depth + 1, counter);
  }
}

function checkString(text: string, pointer: string): void {
  if (!text.isWellFormed())
    throw new JsonError(pointer, 'the text holds a lone surrogate, which is no character');
}

function checkNumber(value: number, pointer: string): void {
  if (Number.isSafeInteger(value)) return;
  if (!Number.isFinite(value)) throw new JsonError(pointer, 'the number is too large to be represented');
  if (Number.isInteger(value)) {
    throw new JsonError(pointer, 'the integer is beyond ±(2^53−1) and would be rounded; send it as a string');
  }
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
