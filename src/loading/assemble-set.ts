import { type PolicyParts, toPolicySet } from '../bundles/load-policy-set.ts';
import type { PolicySet } from '../bundles/policy-set.ts';
import { parseJson } from '../json/parse-json.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Bundle } from '../policy/bundle.ts';
import { assembleContent } from '../policy/compile.ts';
import type { LoadedParts } from './wire.ts';

/** How long the thread of the decisions is taken at a time. */
const SLICE_MS = 3;

/**
 * Puts a set together from what another thread has read and found good, a slice at a time: decisions go on between the
 * slices. Rules and capabilities that are those of `base` are taken from there, compiled as they are.
 */
export async function assembleSet(wire: LoadedParts, base: PolicySet | undefined): Promise<PolicySet> {
  const { version, rest, hasCapabilities, order, fresh, ...parts } = wire;
  const content = parseJson(rest) as JsonObject;
  const earlier = base?.bundle.content ?? {};
  if (!hasCapabilities) content['capabilities'] = earlier['capabilities'] as JsonValue;
  const rules = await inSlices(rulesOf(order, fresh, earlier));
  const bundle: Bundle = await inSlices(assembleContent({ ...content, rules }, version));
  return toPolicySet({ ...parts, bundle } satisfies PolicyParts);
}

function* rulesOf(
  order: Int32Array,
  texts: readonly string[],
  earlier: JsonObject,
): Generator<void, JsonValue[]> {
  const fresh: JsonValue[] = [];
  for (const text of texts) {
    fresh.push(...(parseJson(text) as JsonValue[]));
    yield;
  }
  const known = earlier['rules'] as JsonValue[];
  const next = fresh.values();
  return Array.from(order, (place) => (place < 0 ? next.next().value : known[place]) as JsonValue);
}

/** Runs steps, and lets others have their turn after each few milliseconds. */
export async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() - since < SLICE_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  }
}
