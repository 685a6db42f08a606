import { parsePointer } from '../json/pointer.ts';
import { reach, valueIn } from '../json/reach.ts';
import { isReference } from '../plan/references.ts';
import type { Obligation, StepView } from '../policy/bundle.ts';

/**
 * Why an obligation could not be met on these arguments, or nothing. A cap needs a number wherever its path leads: a
 * text, a list or a value that is not known yet cannot be capped, and what cannot be capped must not pass. An absent
 * argument has nothing to cap; anything can be redacted, but in arguments that come from another step as a whole
 * nobody can tell where.
 */
export function unmetObligation(view: StepView, obligations: readonly Obligation[]): string | undefined {
  for (const obligation of obligations) {
    const { path } = obligation;
    const { places, obstacles, isClosed } = reach(view.arguments, parsePointer(path) ?? [], isReference);
    if (isClosed)
      return `argument ${path} comes from another step with all the others, and a rule has to change it`;
    if (obligation.type !== 'cap_argument') continue;
    const isMet = obstacles.length === 0 && places.every((place) => typeof valueIn(place) === 'number');
    if (!isMet) return `argument ${path} must be a number, because a rule caps it at ${obligation.max}`;
  }
  return undefined;
}
