import { byIdentity } from './by-identity.ts';

/** One segment of a JSON pointer (RFC 6901), escaped. */
export function pointerSegment(key: string | number): string {
  return typeof key === 'number' ? String(key) : key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A JSON pointer from path segments; the empty path is the whole document, `""`. */
export function toPointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${pointerSegment(key)}`).join('');
}

/** The segments of a JSON pointer, unescaped. A pointer that does not start with `/` and is not empty is `undefined`. */
export function parsePointer(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The value at `segments`, or `undefined` where there is none. Only own members count: a pointer never reaches
 * a prototype.
 */
export function valueAt(document: unknown, segments: readonly string[]): unknown {
  let value = document;
  for (const segment of segments) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string, unknown>)[segment];
  }
  return value;
}

/** True where `pointer` is `ancestor` or lies below it. */
export function isAtOrBelow(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}

const setOf = byIdentity((places: readonly string[]): ReadonlySet<string> => new Set(places));

/** Whether a place is one of `places` or lies below one; as long as the pointer takes, however many places there are. */
export function isBelowAny(pointer: string, places: readonly string[]): boolean {
  if (places.length === 0) return false;
  const known = setOf(places);
  for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) {
    if (known.has(pointer.slice(0, end))) return true;
  }
  return known.has('');
}
