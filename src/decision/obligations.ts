import { isAtOrBelow, parsePointer, valueAt } from '../json/pointer.ts';
import type { Obligation, StepView } from '../policy/bundle.ts';

/**
 * Why an obligation could not be met on these arguments, or nothing. A cap needs a number: a text, a list or a value
 * that is not known yet cannot be capped, and what cannot be capped must not pass. An absent argument has nothing to
 * cap; anything can be redacted.
 */
export function unmetObligation(view: StepView, obligations: readonly Obligation[]): string | undefined {
  for (const obligation of obligations) {
    if (obligation.type !== 'cap_argument') continue;
    const { path } = obligation;
    const isUnknown = view.unknown_pointers.some((at) => isAtOrBelow(path, at) || isAtOrBelow(at, path));
    const value = valueAt(view.arguments, parsePointer(path) ?? []);
    if (!isUnknown && (value === undefined || typeof value === 'number')) continue;
    return `argument ${path} must be a number, because a rule caps it at ${obligation.max}`;
  }
  return undefined;
}
