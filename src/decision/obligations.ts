import { parsePointer } from '../json/pointer.ts';
import { reach, valueIn } from '../json/reach.ts';
import { isReference } from '../plan/references.ts';
import type { Obligation, StepView } from '../policy/bundle.ts';

/**
 * Why an obligation could not be met on these arguments, or nothing. A cap needs a number wherever its path leads: a
 * text, a list or a value that is not known yet cannot be capped, and what cannot be capped must not pass. An absent
 * argument has nothing to cap; anything can be redacted.
 */
export function unmetObligation(view: StepView, obligations: readonly Obligation[]): string | undefined {
  for (const obligation of obligations) {
    if (obligation.type !== 'cap_argument') continue;
    const { path, max } = obligation;
    const { places, obstacles } = reach(view.arguments, parsePointer(path) ?? [], isReference);
    const isMet = obstacles.length === 0 && places.every((place) => typeof valueIn(place) === 'number');
    if (!isMet) return `argument ${path} must be a number, because a rule caps it at ${max}`;
  }
  return undefined;
}
