import type { JsonObject } from '../json/value.ts';
import type { EvaluationsRequest, Semantic } from './request.ts';

const MEMBERS = ['subject', 'action', 'resource', 'context'] as const;

/** All evaluations of a request together, with what they take from beside the list, in UTF-16 units of their JSON. */
const MAX_LENGTH = 1_048_576;

/** One evaluation of a row, with what it takes from beside the list. */
export type Item = {
  /** What stands for the evaluation; where it is no object, itself. */
  value: unknown;
  /** Where the request has what the evaluation has at this pointer. */
  place(pointer: string): string;
};

/**
 * The evaluations of a request, in order; none where it is a single one. A member that an evaluation has, be it `null`,
 * takes the place of the one beside the list as a whole; only what names an entity is taken over where it has none.
 */
export function itemsOf(request: EvaluationsRequest): Item[] {
  return (request.evaluations ?? []).map((own, index) => itemOf(own, index, request));
}

function itemOf(own: unknown, index: number, request: EvaluationsRequest): Item {
  const place = `/evaluations/${index}`;
  if (!isObject(own)) {
    return { value: own, place: (pointer) => place + pointer };
  }
  const given = own;
  const value: Record<string, unknown> = {};
  const inherited = new Set<string>();
  for (const member of MEMBERS) {
    if (Object.hasOwn(given, member)) value[member] = named(member, given[member], request[member]);
    else if (request[member] !== undefined) {
      value[member] = request[member];
      inherited.add(member);
    }
  }
  return {
    value,
    place: (pointer) => (inherited.has(pointer.split('/', 2)[1] ?? '') ? pointer : place + pointer),
  };
}

/** What an entity has to be named by, and what makes a request none where it is missing. */
const NAMES = { subject: ['type', 'id'], action: ['name'], resource: ['type', 'id'], context: [] } as const;

/** An entity with the names that it lacks and the one beside the list has. */
function named(member: keyof typeof NAMES, own: unknown, beside: unknown): unknown {
  if (!isObject(own) || !isObject(beside)) return own;
  const lacking = NAMES[member].filter((name) => !Object.hasOwn(own, name) && Object.hasOwn(beside, name));
  if (lacking.length === 0) return own;
  return { ...own, ...Object.fromEntries(lacking.map((name) => [name, beside[name]])) };
}

function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * True where the evaluations are too large together. A text beside the list counts once for each that takes it over,
 * since it is inspected for each: a small body must not ask for the work of a hundred large ones.
 */
export function areTooLarge(items: readonly Item[]): boolean {
  let length = 0;
  for (const { value } of items) {
    length += JSON.stringify(value).length;
    if (length > MAX_LENGTH) return true;
  }
  return false;
}

/** True where nothing behind a decision is looked at any more. */
export function endsWith(decision: boolean, semantic: Semantic): boolean {
  if (semantic === 'execute_all') return false;
  return decision === (semantic === 'permit_on_first_permit');
}
