import { parsePointer } from '../json/pointer.ts';
import { putIn, type Reach, reach, valueIn } from '../json/reach.ts';
import type { JsonObject } from '../json/value.ts';
import { isReference } from '../plan/references.ts';
import type { Obligation } from '../policy/bundle.ts';

/** Stands in the arguments in place of what an obligation redacts. */
export const REDACTED_ARGUMENT = '[redacted]';

/**
 * The arguments as the step may run with them: those of the plan, with its obligations met. What an obligation
 * points at and is not there stays absent; a cap changes numbers above it and nothing else. What stands in the way of
 * a redaction is redacted itself: it may hold, or become, what is to be hidden. The input is not changed.
 */
export function effectiveArguments(args: JsonObject, obligations: readonly Obligation[]): JsonObject {
  if (obligations.length === 0) return args;
  const effective = structuredClone(args);
  for (const obligation of obligations) {
    const found = reach(effective, parsePointer(obligation.path) ?? [], isReference);
    if (obligation.type === 'cap_argument') cap(found, obligation.max);
    else for (const place of [...found.places, ...found.obstacles]) putIn(place, REDACTED_ARGUMENT);
  }
  return effective;
}

function cap({ places }: Reach, max: number): void {
  for (const place of places) {
    const value = valueIn(place);
    if (typeof value === 'number' && value > max) putIn(place, max);
  }
}
