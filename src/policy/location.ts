import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { parsePointer } from '../json/pointer.ts';

/** Line and column, both 1-based. */
export type Location = { line: number; column: number };

/** Finds places in one text. */
export type Locator = {
  /** Where a JSON pointer stands. */
  at(pointer: string): Location;
  /**
   * Where a character of the text at a pointer stands; `undefined` where that text is not written as it is (over
   * several lines, with escapes).
   */
  inside(pointer: string, place: { text: string; offset: number }): Location | undefined;
};

/**
 * A locator for one YAML text. The text is parsed a second time, by a slower parser that keeps positions, when
 * the first location is asked for: a text without problems never pays for it.
 *
 * A pointer to a mapping's entry gives the place of its key. Where the pointer leads nowhere (a key that is
 * missing), the place is that of the nearest parent; 1:1 for the whole document, and when the text cannot be parsed at all.
 */
export function createLocator(text: string): Locator {
  let parsed: Locator | undefined;
  const locator = () => {
    parsed ??= parseLocator(text);
    return parsed;
  };
  return {
    at: (pointer) => (pointer === '' ? { line: 1, column: 1 } : locator().at(pointer)),
    inside: (pointer, place) => locator().inside(pointer, place),
  };
}

/** The place of one JSON pointer in a YAML text; use `createLocator` for many. */
export function locate(text: string, pointer: string): Location {
  return createLocator(text).at(pointer);
}

function parseLocator(text: string): Locator {
  const lines = new LineCounter();
  const root = parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: 'silent' }).contents;
  const locationAt = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    at: (pointer) => locationAt(offsetOf(root, parsePointer(pointer) ?? [])),
    inside: (pointer, place) => {
      const [start, end] = rangeOf(root, parsePointer(pointer) ?? []) ?? [0, 0];
      const written = text.slice(start, end).indexOf(place.text);
      return written < 0 ? undefined : locationAt(start + written + place.offset);
    },
  };
}

/** From where to where the scalar at a pointer is written. */
function rangeOf(root: Node | null, segments: readonly string[]): [start: number, end: number] | undefined {
  let node: unknown = root;
  for (const segment of segments) node = childOf(node, segment)?.value;
  return isScalar(node) && node.range != null ? [node.range[0], node.range[1]] : undefined;
}

function offsetOf(root: Node | null, segments: readonly string[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const segment of segments) {
    const next = childOf(node, segment);
    if (next === undefined) return offset;
    offset = next.offset;
    node = next.value;
  }
  return offset;
}

function childOf(node: unknown, segment: string): { offset: number; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === segment);
    if (pair === undefined || !isScalar(pair.key)) return undefined;
    return { offset: pair.key.range?.[0] ?? 0, value: pair.value };
  }
  if (isSeq(node) && /^\d+$/.test(segment)) {
    const item = node.items[Number(segment)] as Node | undefined;
    return item === undefined ? undefined : { offset: item.range?.[0] ?? 0, value: item };
  }
  return undefined;
}
