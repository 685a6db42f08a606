import { COLLECTION_STYLE, EVENT_ID, type Event, getScalarValue } from 'js-yaml';

/**
 * Where the lines begin on which the items of a document's `rules` do, and at the end where what comes after the last of
 * them does. Nothing where the list is not written one item after the other, each with its dash first on its line.
 */
export function ruleLines(text: string, events: readonly Event[]): number[] | undefined {
  // To a parser such a character ends a line as well.
  if (/\r(?!\n)/.test(text)) return undefined;
  const at = rulesAmong(text, events);
  const list = events[at];
  if (list?.type !== EVENT_ID.SEQUENCE || list.style !== COLLECTION_STYLE.BLOCK) return undefined;
  const beginning = text.slice(lineOf(text, list.start), list.start + 1);
  const { parts, end } = partsOf(events, at);
  const lines = parts.map((part) => lineOf(text, offsetOf(events[part])));
  const areApart = lines.every(
    (line, index) => text.startsWith(beginning, line) && line !== lines[index - 1],
  );
  const next = nextKey(text, events[end + 1]);
  return areApart && next !== undefined ? [...lines, next] : undefined;
}

/** The place among the events of the value of `rules`, where that is a key at the beginning of its line. */
function rulesAmong(text: string, events: readonly Event[]): number {
  const [document, root] = events;
  // A directive would change what the text of an item says.
  const isPlain = document?.type === EVENT_ID.DOCUMENT && document.directives.length === 0;
  if (!isPlain || root?.type !== EVENT_ID.MAPPING) return -1;
  const { parts } = partsOf(events, 1);
  const key = parts.findIndex((part, index) => index % 2 === 0 && isRules(text, events[part] as Event));
  return parts[key + 1] ?? -1;
}

function isRules(text: string, event: Event): boolean {
  if (event.type !== EVENT_ID.SCALAR || getScalarValue(text, event) !== 'rules') return false;
  return lineOf(text, event.valueStart) === event.valueStart;
}

/** What stands directly in the collection that begins at `at`, and where it ends, both as places among the events. */
function partsOf(events: readonly Event[], at: number): { parts: number[]; end: number } {
  const parts: number[] = [];
  let depth = 0;
  for (let index = at + 1; index < events.length; index += 1) {
    const change = deeper(events[index] as Event);
    if (depth + change < 0) return { parts, end: index };
    if (depth === 0) parts.push(index);
    depth += change;
  }
  return { parts, end: events.length };
}

function deeper({ type }: Event): number {
  if (type === EVENT_ID.POP) return -1;
  return type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE ? 1 : 0;
}

/** Where the key after the list stands, alone at the beginning of its line; where there is none, the end of the text. */
function nextKey(text: string, next: Event | undefined): number | undefined {
  if (next === undefined || next.type === EVENT_ID.POP) return text.length;
  const offset = offsetOf(next);
  const line = lineOf(text, offset);
  return offset >= 0 && /^["']?$/.test(text.slice(line, offset)) ? line : undefined;
}

/** -1 where nothing is written. */
function offsetOf(event: Event | undefined): number {
  if (event?.type === EVENT_ID.SCALAR) return event.valueStart;
  return event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE ? event.start : -1;
}

function lineOf(text: string, offset: number): number {
  return offset <= 0 ? offset : text.lastIndexOf('\n', offset - 1) + 1;
}
