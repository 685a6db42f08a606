import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveArguments } from '../../src/decision/effective-arguments.ts';
import { canonicalJson } from '../../src/json/canonical.ts';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import type { Obligation } from '../../src/policy/bundle.ts';
import { mergeObligations } from '../../src/policy/merge-obligations.ts';
import { bundleOf, stepView } from './step-view.ts';

const path = fc.constantFrom('/a', '/a/b', '/b', '/l', '/l/n', '/l/0', '/l/0/n', '/c/d');
const scalar = fc.oneof(fc.nat(9), fc.constantFrom('s', 'secret'), fc.constant(null));
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.record({ b: fc.nat(9) }),
  fc.record({ n: fc.nat(9) }),
  fc.constant({ $from: 's1' }),
);
const args = fc.record(
  {
    a: value,
    b: value,
    c: value,
    l: fc.oneof(scalar, fc.array(fc.oneof(scalar, fc.record({ n: scalar })), { maxLength: 3 })),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;
const plain = fc.oneof(scalar, fc.record({ b: fc.nat(9) }), fc.record({ n: fc.nat(9) }));

const obligation: fc.Arbitrary<Obligation> = fc.oneof(
  fc.record({ type: fc.constant('redact_argument' as const), path }),
  fc.record({ type: fc.constant('cap_argument' as const), path, max: fc.nat(9) }),
  fc.record({ type: fc.constant('set_argument' as const), path, value: plain as fc.Arbitrary<JsonValue> }),
  fc.record({
    type: fc.constant('notify' as const),
    channels: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }).map((all) => all.sort()),
  }),
  fc.record({ type: fc.constant('permit_ttl' as const), seconds: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ type: fc.constant('permit_max_uses' as const), uses: fc.integer({ min: 1, max: 9 }) }),
);
const obligations = fc.array(obligation, { maxLength: 6 });

/** The merged list, or that there is none: a conflict swallows whatever is merged with it. */
function merge(...lists: (readonly Obligation[] | 'conflict')[]): readonly Obligation[] | 'conflict' {
  if (lists.includes('conflict')) return 'conflict';
  return mergeObligations(lists.flat() as Obligation[]).obligations ?? 'conflict';
}

describe('merging obligations', () => {
  it('is associative, commutative and idempotent', () => {
    fc.assert(
      fc.property(obligations, obligations, obligations, (a, b, c) => {
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
        expect(merge(b, a)).toEqual(merge(a, b));
        expect(merge(a, a)).toEqual(merge(a));
        expect(merge(merge(a), a)).toEqual(merge(a));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is what a plain reading of each kind says', () => {
    fc.assert(
      fc.property(obligations, (given) => {
        const merged = merge(given);
        if (merged === 'conflict') {
          expect(contradicts(given)).toBe(true);
          return;
        }
        expect(contradicts(given)).toBe(false);
        const least = (numbers: number[]) => (numbers.length === 0 ? undefined : Math.min(...numbers));
        const numbersOf = (list: readonly Obligation[]) => ({
          seconds: least(list.flatMap((one) => (one.type === 'permit_ttl' ? one.seconds : []))),
          uses: least(list.flatMap((one) => (one.type === 'permit_max_uses' ? one.uses : []))),
        });
        expect(numbersOf(merged)).toEqual(numbersOf(given));
        const told = (list: readonly Obligation[]) =>
          new Set(list.flatMap((one) => (one.type === 'notify' ? one.channels : [])));
        expect(told(merged)).toEqual(told(given));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Two obligations of which one sets what the other sets otherwise or hides. */
function contradicts(given: readonly Obligation[]): boolean {
  const isWithin = (one: string, other: string) => `${one}/`.startsWith(`${other}/`);
  return given.some((one) => {
    if (one.type !== 'set_argument') return false;
    return given.some((other) => {
      if (other.type !== 'set_argument' && other.type !== 'redact_argument') return false;
      if (!isWithin(one.path, other.path) && !isWithin(other.path, one.path)) return false;
      const isSame = other.type === 'set_argument' && other.path === one.path;
      return !isSame || canonicalJson(other.value) !== canonicalJson(one.value);
    });
  });
}

/** Every value that a pointer leads to, through all elements of lists: as plainly as it can be said. */
function valuesAt(document: unknown, [segment, ...rest]: readonly string[]): unknown[] {
  if (segment === undefined) return [document];
  if (document === null || typeof document !== 'object') return [];
  if (Array.isArray(document) && Number.isNaN(Number(segment)))
    return document.flatMap((element) => valuesAt(element, [segment, ...rest]));
  const member = Object.entries(document).find(([key]) => key === segment);
  return member === undefined ? [] : valuesAt(member[1], rest);
}

const at = (document: unknown, pointer: string) => valuesAt(document, pointer.split('/').slice(1));

describe('effective arguments', () => {
  it('satisfy everything that is asked, or there are none', () => {
    let met = 0;
    fc.assert(
      fc.property(args, obligations, (given, asked) => {
        const merged = mergeObligations(asked).obligations;
        if (merged === undefined) return;
        const before = canonicalJson(given);
        const { effective, readable } = effectiveArguments(given, merged);
        expect(canonicalJson(given)).toBe(before);
        if (effective === undefined) return;
        met += 1;
        const caps = asked.flatMap((one) => (one.type === 'cap_argument' ? [one.path] : []));
        for (const one of asked) EXPECT_MET[one.type]?.(one as never, effective, caps);
        if (!asked.some(({ type }) => type === 'redact_argument')) expect(readable).toEqual(effective);
      }),
      { numRuns: 3_000 },
    );
    expect(met).toBeGreaterThan(500);
  });

  it('change nothing that no obligation leads to', () => {
    fc.assert(
      fc.property(args, obligations, (given, asked) => {
        const merged = mergeObligations(asked).obligations ?? [];
        const { effective } = effectiveArguments(given, merged);
        if (effective === undefined) return;
        for (const [name, before] of Object.entries(given)) {
          const isAsked = merged.some((one) => 'path' in one && touches(one.path, `/${name}`));
          if (!isAsked) expect(effective[name]).toEqual(before);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

/** What must be true of the arguments in the end, by kind. */
const EXPECT_MET: {
  [Type in Obligation['type']]?: (
    one: Extract<Obligation, { type: Type }>,
    effective: JsonObject,
    caps: readonly string[],
  ) => void;
} = {
  cap_argument: ({ path: place, max }, effective) => {
    for (const number of at(effective, place)) expectCapped(number, max);
  },
  redact_argument: ({ path: place }, effective) => {
    for (const text of at(effective, place)) expect(text).toBe('[redacted]');
  },
  set_argument: ({ path: place, value: wanted }, effective, caps) => {
    const found = at(effective, place);
    if (place.lastIndexOf('/') === 0) expect(found.length).toBe(1);
    if (caps.some((cap) => touches(cap, place))) return;
    for (const set of found) expect(set).toEqual(wanted);
  },
};

function expectCapped(number: unknown, max: number): void {
  // What is capped and redacted as well is redacted.
  if (number !== '[redacted]') expect(number).toBeLessThanOrEqual(max);
}

/** Whether two pointers may lead to one place: roughly, and never missing one. */
function touches(one: string, other: string): boolean {
  const head = (pointer: string) => pointer.split('/')[1];
  return head(one) === head(other);
}

/** An obligation as a file has it. */
const WRITTEN: { [Type in Obligation['type']]: (one: Extract<Obligation, { type: Type }>) => object } = {
  redact_argument: ({ path: place }) => ({ redact: place }),
  cap_argument: ({ path: place, max }) => ({ cap: { [place]: max } }),
  set_argument: ({ path: place, value: wanted }) => ({ set: { [place]: wanted } }),
  notify: ({ channels }) => ({ notify: channels }),
  permit_ttl: ({ seconds }) => ({ ttl: `${seconds}s` }),
  permit_max_uses: ({ uses }) => ({ max_uses: uses }),
};

describe('a bundle', () => {
  it('asks for the same whatever the order of its rules', () => {
    const written = obligation.map((one) => WRITTEN[one.type](one as never));
    const rules = fc
      .array(written, { minLength: 1, maxLength: 6 })
      .map((all) => all.map((one, index) => ({ id: `r${index}`, action: 'allow', obligations: [one] })));
    const shuffled = rules.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const verdict = bundleOf(one).evaluate(stepView());
        expect(canonicalJson(bundleOf(other).evaluate(stepView()))).toBe(canonicalJson(verdict));
        expect(verdict.action === 'allow').toBe(mergeObligations(verdictOf(one)).conflict === undefined);
      }),
      { numRuns: 500 },
    );
  });
});

function verdictOf(rules: readonly object[]): Obligation[] {
  return rules.flatMap((rule) => [...bundleOf([rule]).evaluate(stepView()).obligations]);
}
