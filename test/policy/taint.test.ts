import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json/value.ts';
import type { StepView } from '../../src/policy/bundle.ts';
import { bundleOf, stepView } from './step-view.ts';

const OUTSIDE = { at_most: 'external' };

/** Whether a rule with `taint` matches, and whether it is sure of it. */
function ask(action: 'allow' | 'block', taint: object, step: Partial<StepView>): 'no' | 'yes' | 'doubt' {
  const bundle = bundleOf([{ id: 'r', action, taint }], { default: 'block' });
  const rule = bundle.evaluate(stepView(step)).matched.find(({ id }) => id === 'r');
  if (rule === undefined) return 'no';
  return rule.doubt === undefined ? 'yes' : 'doubt';
}

const clean = { taintOf: () => 'trusted' as const };
const dirty = { taintOf: () => 'external' as const };

describe('taint of an argument', () => {
  it.each<[string, string, JsonObject, object, string, string]>([
    ['that is clean', 'body', { body: 'x' }, clean, 'no', 'no'],
    ['that comes from outside', 'body', { body: 'x' }, dirty, 'yes', 'yes'],
    ['that is missing', 'bdoy', { body: 'x' }, clean, 'doubt', 'no'],
    ['that is missing, of a step that is worth little', 'bdoy', { body: 'x' }, dirty, 'doubt', 'no'],
    ['that is missing further down', 'body.text', { body: {} }, clean, 'doubt', 'no'],
    ['inside a text', 'body.text', { body: 'x' }, clean, 'doubt', 'no'],
    ['that is null', 'body', { body: null }, dirty, 'yes', 'yes'],
    ['that is an empty list', 'to', { to: [] }, dirty, 'yes', 'yes'],
    ['of no element', 'to.email', { to: [] }, dirty, 'doubt', 'no'],
    ['of every element', 'to.email', { to: [{ email: 'a' }, { email: 'b' }] }, dirty, 'yes', 'yes'],
    ['of some elements, clean', 'to.email', { to: [{ email: 'a' }, {}] }, clean, 'doubt', 'no'],
    ['of some elements, from outside', 'to.email', { to: [{ email: 'a' }, {}] }, dirty, 'yes', 'no'],
    ['called like an inherited member', 'constructor', {}, dirty, 'doubt', 'no'],
    ['all together', '', {}, dirty, 'yes', 'yes'],
  ])('%s', (_, pointer, args, trust, blocks, allows) => {
    const step = { arguments: args, ...trust };
    expect(ask('block', { [pointer]: OUTSIDE }, step)).toBe(blocks);
    expect(ask('allow', { [pointer]: OUTSIDE }, step)).toBe(allows);
  });

  it.each([
    ['the argument', '/body', 'body', 'yes'],
    ['what it stands in', '/body', 'body.text', 'yes'],
    ['all arguments', '', 'body', 'yes'],
    ['another argument', '/body', 'to', 'doubt'],
  ])('is known where another step provides %s', (_, unknown, asked, blocks) => {
    const step = { ...dirty, arguments: { body: { $from: 's0' } }, unknown_pointers: [unknown] };
    expect(ask('block', { [asked]: OUTSIDE }, step)).toBe(blocks);
  });

  it('says what is missing, in the rule and in the explanation', () => {
    const bundle = bundleOf([{ id: 'r', action: 'block', taint: { bdoy: OUTSIDE } }]);
    const step = stepView({ arguments: { body: 'x' } });
    expect(bundle.evaluate(step).matched[0]?.doubt).toBe(
      'taint./bdoy in external, unverified: the argument is missing',
    );
    expect(bundle.explain(step)[0]).toMatchObject({ matched: true });
  });

  it('never lets a rule that restricts go by where the argument is not there', () => {
    const json = fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<JsonObject>;
    const path = fc.array(fc.constantFrom('a', 'b', '0', '1'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b'), json), path, (args, segments) => {
        const found = placesAt(args, segments);
        const asked = { [`/${segments.join('/')}`]: { at_most: 'internal' } };
        const step = { arguments: args as JsonObject, ...clean };
        expect(ask('block', asked, step)).toBe(found.includes(false) || found.length === 0 ? 'doubt' : 'no');
      }),
    );
  });
});

/** Naive: for each way a pointer can go, whether something stands at its end. */
function placesAt(value: unknown, [segment, ...rest]: readonly string[]): boolean[] {
  if (segment === undefined) return [true];
  if (Array.isArray(value) && !/^\d+$/.test(segment))
    return value.flatMap((item) => placesAt(item, [segment, ...rest]));
  const isHolder = typeof value === 'object' && value !== null;
  return isHolder && Object.hasOwn(value, segment)
    ? placesAt((value as Record<string, unknown>)[segment], rest)
    : [false];
}
