import { hash } from 'node:crypto';

/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code unit, no white space, shortest numbers.
 *
 * Members whose value is `undefined` are left out, as `JSON.stringify` does; `undefined` in an array is `null`.
 * Whatever has no canonical form throws a `TypeError`: functions, bigints, symbols, numbers that are not finite,
 * and strings or keys with a lone surrogate (the door, `parseStrictJson`, refuses those first). Only own
 * enumerable members count, so an instance of a class is written as its plain members.
 */
export function canonicalJson(value: unknown): string {
  if (isInOrder(value)) return JSON.stringify(value);
  const order: KeyOrder = { isReliable: true };
  const copy = inOrder(value, order);
  return order.isReliable ? JSON.stringify(copy) : explicitJson(value);
}

/**
 * True where the engine's own `JSON.stringify` writes the canonical form of the value as it stands. Nearly all that is
 * written is made with its members in order, and one look at it costs a fraction of putting it in order.
 */
function isInOrder(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed();
    case 'number':
      return Number.isFinite(value);
    case 'boolean':
      return true;
    case 'object':
      return value === null || (Array.isArray(value) ? areInOrder(value) : membersAreInOrder(value));
    default:
      return false;
  }
}

function areInOrder(values: readonly unknown[]): boolean {
  for (let index = 0; index < values.length; index += 1) if (!isInOrder(values[index])) return false;
  return true;
}

function membersAreInOrder(object: object): boolean {
  let last = '';
  for (const key in object) {
    if (key < last || isOrderedByEngine(key) || !key.isWellFormed()) return false;
    const member = (object as Record<string, unknown>)[key];
    if (member !== undefined && !isInOrder(member)) return false;
    last = key;
  }
  return true;
}

/** The canonical form of a string. For writers that put canonical lines together from parts. */
export function canonicalString(text: string): string {
  // The test settles nearly all strings in half the time of JSON.stringify, which must escape the rest.
  return NEEDS_CARE.test(text) ? JSON.stringify(wellFormed(text)) : `"${text}"`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes exactly these control characters
const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Whether sorted objects can hold their keys in sorted order: engines list integer-like keys first. */
type KeyOrder = { isReliable: boolean };

/** A copy of the value with its members in canonical order, for the engine's own `JSON.stringify`. */
function inOrder(value: unknown, order: KeyOrder): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'number') return finite(value);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no canonical JSON form`);
  if (Array.isArray(value)) return Array.from(value, (item: unknown) => inOrder(item ?? null, order));
  return sortedObject(value as Record<string, unknown>, order);
}

function sortedObject(object: Record<string, unknown>, order: KeyOrder): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of sortedKeys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    if (isOrderedByEngine(key)) order.isReliable = false;
    else copy[wellFormed(key)] = inOrder(member, order);
  }
  return copy;
}

/** True of keys that do not stay where they are put: `"0"`, `"12"` (any digit first, to be quick), `"__proto__"`. */
function isOrderedByEngine(key: string): boolean {
  const first = key.charCodeAt(0);
  return (first >= 0x30 && first <= 0x39) || key === '__proto__';
}

/** Own keys by UTF-16 code unit. Objects are small, and there insertion sort costs a third of `Array.sort`. */
function sortedKeys(object: Record<string, unknown>): string[] {
  const keys = Object.keys(object);
  if (keys.length > 32) return keys.sort();
  for (let index = 1; index < keys.length; index += 1) {
    const key = keys[index] as string;
    let slot = index;
    while (slot > 0 && (keys[slot - 1] as string) > key) {
      keys[slot] = keys[slot - 1] as string;
      slot -= 1;
    }
    keys[slot] = key;
  }
  return keys;
}

/** The same form put together piece by piece, for objects whose keys the engine would reorder. */
function explicitJson(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return JSON.stringify(inOrder(value, { isReliable: true }));
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (let index = 0; index < value.length; index += 1) items.push(explicitJson(value[index] ?? null));
    return `[${items.join(',')}]`;
  }
  const object = value as Record<string, unknown>;
  const members = sortedKeys(object).filter((key) => object[key] !== undefined);
  return `{${members.map((key) => `${canonicalString(key)}:${explicitJson(object[key])}`).join(',')}}`;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no canonical JSON form`);
  return value;
}

function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('a string with a lone surrogate has no canonical JSON form');
  return text;
}

/** `sha256:` and the lower-case hex SHA-256 of the UTF-8 bytes of `text`. */
export function sha256(text: string): string {
  return `sha256:${hash('sha256', text, 'hex')}`;
}

/** The hash of a value's canonical form: equal values have equal hashes, whatever the order of their keys. */
export function canonicalHash(value: unknown): string {
  return sha256(canonicalJson(value));
}
