import {
  EVENT_ID,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { parsePointer } from '../json/pointer.ts';
import { whereWritten } from './written-text.ts';

/** Line and column, both 1-based. */
export type Location = { line: number; column: number };

/** Finds places in one text. */
export type Locator = {
  /** Where a JSON pointer stands. */
  at(pointer: string): Location;
  /**
   * Where a character of the text at a pointer stands, also where it is written over several lines or with escapes;
   * `undefined` where there is no such text.
   */
  inside(pointer: string, place: { text: string; offset: number }): Location | undefined;
};

/**
 * A locator for one YAML text. The text is read a second time, for its places, when the first location is asked for: a
 * text without problems never pays for it.
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
  const root = placesIn(text);
  const starts = lineStarts(text);
  const locationAt = (offset: number): Location => {
    const line = lineOf(starts, offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
  return {
    at: (pointer) => locationAt(offsetOf(root, parsePointer(pointer) ?? [])),
    inside: (pointer, place) => {
      const { scalar } = placeAt(root, parsePointer(pointer) ?? []) ?? root;
      if (scalar === undefined) return undefined;
      const value = getScalarValue(text, scalar);
      const start = value.indexOf(place.text);
      if (start < 0) return undefined;
      const written = { start: scalar.valueStart, end: scalar.valueEnd, style: scalar.style };
      const offset = whereWritten(text, written, { value, offset: start + place.offset });
      return offset === undefined ? undefined : locationAt(offset);
    },
  };
}

/** Where a value begins, what a scalar is, and where what is in it begins: entries by key, items by index. */
type Place = { offset: number; scalar?: ScalarEvent; entries?: Map<string, Entry>; items?: Place[] };
type Entry = { keyOffset: number; value: Place };

/** A collection that is open, and the key that waits for its value. */
type Open = { place: Place; key?: { text: string; offset: number } };

function placesIn(text: string): Place {
  const root: Place = { offset: 0, items: [] };
  const open: Open[] = [];
  for (const event of eventsOf(text)) {
    const parent = open.at(-1);
    if (event.type === EVENT_ID.POP) open.pop();
    else if (event.type === EVENT_ID.DOCUMENT) open.push({ place: root });
    else if (event.type === EVENT_ID.SCALAR) takeScalar(parent, text, event);
    else if (event.type === EVENT_ID.ALIAS) put(parent, { offset: event.anchorStart });
    else open.push({ place: opened(parent, event) });
  }
  return root.items?.[0] ?? root;
}

function opened(parent: Open | undefined, { type, start }: MappingEvent | SequenceEvent): Place {
  const place = { offset: start, ...(type === EVENT_ID.MAPPING ? { entries: new Map() } : { items: [] }) };
  put(parent, place);
  return place;
}

function eventsOf(text: string): ReturnType<typeof parseEvents> {
  try {
    return parseEvents(text, {});
  } catch {
    return [];
  }
}

function takeScalar(parent: Open | undefined, text: string, scalar: ScalarEvent): void {
  const offset = startOf(text, scalar);
  if (parent?.place.entries !== undefined && parent.key === undefined)
    parent.key = { text: getScalarValue(text, scalar), offset };
  else if (offset < 0) put(parent, { offset: parent?.key?.offset ?? parent?.place.offset ?? 0 });
  else put(parent, { offset, scalar });
}

/** Of a quoted text its quote, of a block its `|` or `>`; -1 where nothing stands. */
function startOf(text: string, { valueStart, style }: ScalarEvent): number {
  if (valueStart < 0 || style === SCALAR_STYLE.PLAIN) return valueStart;
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1;
  return Math.max(text.lastIndexOf('|', valueStart - 1), text.lastIndexOf('>', valueStart - 1));
}

/** Gives a value its place in what is open; a collection as a key has no name and is passed over. */
function put(parent: Open | undefined, value: Place): void {
  if (parent === undefined) return;
  const { place, key } = parent;
  if (place.entries === undefined) place.items?.push(value);
  else if (key === undefined) parent.key = { text: '', offset: value.offset };
  else {
    if (!place.entries.has(key.text)) place.entries.set(key.text, { keyOffset: key.offset, value });
    delete parent.key;
  }
}

function placeAt(root: Place, segments: readonly string[]): Place | undefined {
  let node: Place | undefined = root;
  for (const segment of segments)
    node =
      node?.entries?.get(segment)?.value ??
      (/^\d+$/.test(segment) ? node?.items?.[Number(segment)] : undefined);
  return node;
}

function offsetOf(root: Place, segments: readonly string[]): number {
  let node: Place | undefined = root;
  let offset = root.offset;
  for (const segment of segments) {
    const entry: Entry | undefined = node.entries?.get(segment);
    const item: Place | undefined = /^\d+$/.test(segment) ? node.items?.[Number(segment)] : undefined;
    node = entry?.value ?? item;
    if (node === undefined) return offset;
    offset = entry?.keyOffset ?? node.offset;
  }
  return offset;
}

/** Where each line of a text begins. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The last line that begins at or before the offset, from 0. */
export function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
