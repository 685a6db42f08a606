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
 * takes the place of the one beside the list as a whole: nothing is merged below that.
 */
export function itemsOf(request: EvaluationsRequest): Item[] {
  return (request.evaluations ?? []).map((own, index) => itemOf(own, index, request));
}

function itemOf(own: unknown, index: number, request: EvaluationsRequest): Item {
  const place = `/evaluations/${index}`;
  if (own === null || typeof own !== 'object' || Array.isArray(own)) {
    return { value: own, place: (pointer) => place + pointer };
  }
  const given = own as JsonObject;
  const value: Record<string, unknown> = {};
  const inherited = new Set<string>();
  for (const member of MEMBERS) {
    if (Object.hasOwn(given, member)) value[member] = given[member];
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
