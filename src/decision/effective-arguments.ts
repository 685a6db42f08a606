import { canonicalJson } from '../json/canonical.ts';
import { parsePointer } from '../json/pointer.ts';
import { placesToPut, putIn, reach, valueIn } from '../json/reach.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { isReference } from '../plan/references.ts';
import type { Obligation } from '../policy/bundle.ts';

/** Stands in the arguments in place of what an obligation redacts. */
export const REDACTED_ARGUMENT = '[redacted]';

/** What stands in the way of meeting obligations on these arguments, in words. */
export type UnmetObligation = {
  reason: 'obligation_not_applicable' | 'obligation_conflict';
  message: string;
};

export type EffectiveArguments =
  | {
      /** What the step may run with. */
      effective: JsonObject;
      /** The same before anything in it was redacted: what a tool's schema can be asked about. */
      readable: JsonObject;
      unmet?: never;
    }
  | { unmet: UnmetObligation; effective?: never; readable?: never };

/**
 * The arguments as the step may run with them: those of the plan with its obligations met, in the order `set`, `cap`,
 * `redact`. Every obligation holds on the result, or it is `unmet` and the step MUST NOT run.
 *
 * - `set` makes an argument where there is none; what it stands in must be there, and be no output of another step.
 * - `cap` lowers numbers above it, in what was set too. An absent argument has nothing to cap; one that is there and no
 *   known number cannot be capped.
 * - `redact` takes away what is there, with what stands in its way: it may hold, or become, what is to be hidden.
 *
 * In arguments that come from another step as a whole nobody can tell where anything is. The input is not changed.
 */
export function effectiveArguments(args: JsonObject, obligations: readonly Obligation[]): EffectiveArguments {
  const changes = obligations.filter(changesArguments);
  const [first] = changes;
  if (first === undefined) return { effective: args, readable: args };
  if (isReference(args)) {
    const message = `argument ${first.path} comes from another step with all the others, and a rule has to change it`;
    return { unmet: { reason: 'obligation_not_applicable', message } };
  }
  const readable = structuredClone(args);
  const unmet =
    setAll(readable, of('set_argument', changes)) ?? capAll(readable, of('cap_argument', changes));
  if (unmet !== undefined) return { unmet };
  const redactions = of('redact_argument', changes);
  if (redactions.length === 0) return { effective: readable, readable };
  const effective = structuredClone(readable);
  for (const { path } of redactions) redact(effective, path);
  const lost = of('set_argument', changes).find(({ path }) => !isSameAt(path, readable, effective));
  if (lost === undefined) return { effective, readable };
  return { unmet: conflict(`a rule sets argument ${lost.path}, and another redacts it`) };
}

type Change = Extract<Obligation, { path: string }>;

/** Whether an obligation says something of the arguments, and not of the decision as a whole. */
export function changesArguments(obligation: Obligation): obligation is Change {
  return 'path' in obligation;
}

function of<T extends Change['type']>(type: T, changes: readonly Change[]): Extract<Change, { type: T }>[] {
  return changes.filter((change): change is Extract<Change, { type: T }> => change.type === type);
}

function setAll(
  args: JsonObject,
  sets: readonly Extract<Change, { type: 'set_argument' }>[],
): UnmetObligation | undefined {
  for (const { path, value } of sets) {
    const places = placesToPut(args, parsePointer(path) ?? [], isReference);
    if (places === undefined)
      return inapplicable(`a rule sets argument ${path}, and there is nothing known that it could stand in`);
    for (const place of places) putIn(place, structuredClone(value));
  }
  // Two pointers may lead to one place by the elements of a list: what was put first must still be there.
  const lost = sets.find(({ path, value }) => !isEverywhere(path, value, args));
  return lost && conflict(`rules set argument ${lost.path} to different values`);
}

function isEverywhere(path: string, value: JsonValue, args: JsonObject): boolean {
  const text = canonicalJson(value);
  const places = placesToPut(args, parsePointer(path) ?? [], isReference);
  return (
    places?.every(
      (place) => Object.hasOwn(place.holder, place.key) && canonicalJson(valueIn(place)) === text,
    ) ?? false
  );
}

function capAll(
  args: JsonObject,
  caps: readonly Extract<Change, { type: 'cap_argument' }>[],
): UnmetObligation | undefined {
  for (const { path, max } of caps) {
    const { places, obstacles } = reach(args, parsePointer(path) ?? [], isReference);
    const isMet = obstacles.length === 0 && places.every((place) => typeof valueIn(place) === 'number');
    if (!isMet) return inapplicable(`argument ${path} must be a number, because a rule caps it at ${max}`);
    for (const place of places) if ((valueIn(place) as number) > max) putIn(place, max);
  }
  return undefined;
}

function redact(args: JsonObject, path: string): void {
  const { places, obstacles } = reach(args, parsePointer(path) ?? [], isReference);
  for (const place of [...places, ...obstacles]) putIn(place, REDACTED_ARGUMENT);
}

function isSameAt(path: string, before: JsonObject, after: JsonObject): boolean {
  const valuesIn = (args: JsonObject): JsonValue[] =>
    reach(args, parsePointer(path) ?? [], isReference).places.map(valueIn);
  return canonicalJson(valuesIn(before)) === canonicalJson(valuesIn(after));
}

function inapplicable(message: string): UnmetObligation {
  return { reason: 'obligation_not_applicable', message };
}

function conflict(message: string): UnmetObligation {
  return { reason: 'obligation_conflict', message };
}
