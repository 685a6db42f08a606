import { parsePointer } from '../json/pointer.ts';
import { reach, valueIn } from '../json/reach.ts';
import type { ObligationType } from '../plan/plan.ts';
import { isReference } from '../plan/references.ts';
import type { Obligation, StepView } from '../policy/bundle.ts';
import type { RegisteredReason } from './reasons.ts';

/** Why the obligations of a step cannot be met: the reason of the block, and a sentence. */
export type Unmet = {
  reason: Extract<RegisteredReason, 'obligation_not_applicable' | 'obligation_unsupported'>;
  message: string;
};

/** What stands against the obligations of a step: its arguments, or what whoever runs it said it can do. */
export function unmetObligations(
  view: StepView,
  obligations: readonly Obligation[],
  supported: readonly ObligationType[] | undefined,
): Unmet | undefined {
  const message = notApplicable(view, obligations);
  if (message !== undefined) return { reason: 'obligation_not_applicable', message };
  const beyond = obligations.find(({ type }) => supported !== undefined && !supported.includes(type));
  if (beyond === undefined) return undefined;
  const { type, path } = beyond;
  return {
    reason: 'obligation_unsupported',
    message: `a rule obliges whoever runs the step to ${type} ${path}, which it says it cannot`,
  };
}

/**
 * Why an obligation could not be met on these arguments, or nothing. A cap needs a number wherever its path leads: a
 * text, a list or a value that is not known yet cannot be capped, and what cannot be capped must not pass. An absent
 * argument has nothing to cap; anything can be redacted, but in arguments that come from another step as a whole
 * nobody can tell where.
 */
function notApplicable(view: StepView, obligations: readonly Obligation[]): string | undefined {
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
