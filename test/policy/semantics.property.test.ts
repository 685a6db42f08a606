import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/json/value.ts';
import type { StepView } from '../../src/policy/bundle.ts';
import { couldMatch, type PlainRule, referenceVerdict } from './reference-evaluator.ts';
import { bundleOf, stepView } from './step-view.ts';

const tool = fc.constantFrom('mail.send', 'mail.read', 'mail', 'pay', 'pay.now', 'x');
const toolPattern = fc.constantFrom(
  'mail.send',
  'mail.*',
  'mail',
  'pay',
  '*',
  'p*',
  '*.now',
  'mail.?ead',
  'pay.*',
);
const level = fc.constantFrom('low', 'medium', 'high', 'critical');
const agent = fc.constantFrom('a', 'b');

const match = fc.record(
  {
    tool_name: fc.oneof(toolPattern, fc.uniqueArray(toolPattern, { minLength: 1, maxLength: 3 })),
    agent_name: agent,
    environment: fc.constantFrom('prod', 'dev'),
    sensitivity_level: fc.oneof(level, fc.record({ gte: level }), fc.record({ lte: level })),
  },
  { requiredKeys: [] },
);
const operators = fc.oneof(
  fc.record({ gt: fc.nat(9) }),
  fc.record({ lte: fc.nat(9) }),
  fc.record({ gt: fc.nat(4), lte: fc.integer({ min: 5, max: 9 }) }),
  fc.record({ eq: fc.oneof(fc.nat(3), fc.constantFrom('s', 't'), fc.boolean()) }),
  fc.record({ ne: fc.oneof(fc.nat(3), fc.constantFrom('s', 't')) }),
  fc.record({ contains: fc.constantFrom('s', '@') }),
  fc.record({ in_domains: fc.constant(['acme.example']) }),
  fc.record({ not_in_domains: fc.constant(['acme.example', 'b.example']) }),
);
const args = fc.dictionary(fc.constantFrom('p', 'q'), operators, { maxKeys: 2 });

const rules: fc.Arbitrary<PlainRule[]> = fc
  .array(
    fc.record({
      match,
      args,
      action: fc.constantFrom('allow', 'block', 'require_approval'),
      mode: fc.constantFrom('enforce', 'enforce', 'enforce', 'shadow'),
      overridable: fc.boolean(),
      target: fc.nat(9),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drafts) => {
    const named = drafts.map((draft, index) => ({ ...draft, id: `r${index}` }));
    const targets = named
      .filter(({ action, overridable }) => action !== 'allow' && overridable)
      .map(({ id }) => id);
    return named.map(({ target, overridable, ...rule }) => {
      if (rule.action !== 'allow') return { ...rule, overridable } as PlainRule;
      const overridden = targets[target];
      return (overridden === undefined ? rule : { ...rule, overrides: [overridden] }) as PlainRule;
    });
  });

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.nat(9),
  fc.constantFrom('s', 't', '5', 'a@acme.example', 'b@x.acme.example', 'c@evil.example', 'd@notacme.example'),
  fc.boolean(),
  fc.constant(null),
  fc.constant({ s: 1 }),
);
const argument = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxLength: 3 }),
);
const steps: fc.Arbitrary<StepView> = fc
  .record(
    {
      tool_name: tool,
      agent_name: agent,
      environment: fc.constantFrom('prod', 'dev'),
      sensitivity_level: level,
      arguments: fc.dictionary(fc.constantFrom('p', 'q'), argument, { maxKeys: 2 }),
      unknown_pointers: fc.subarray(['/p', '/q/0', '/p/1'], { maxLength: 1 }),
    },
    { requiredKeys: ['tool_name', 'arguments', 'unknown_pointers'] },
  )
  .map((given) => {
    const { sensitivity_level: _, agent_name: __, ...base } = stepView();
    return { ...base, ...given } as StepView;
  });

const action = fc.constantFrom('allow', 'block', 'require_approval');

describe('the engine', () => {
  it('agrees with the plain reference on every rule and on the verdict', () => {
    fc.assert(
      fc.property(rules, steps, action, (given, step, byDefault) => {
        const verdict = bundleOf(given, { default: byDefault }).evaluate(step);
        const expected = referenceVerdict(given, byDefault as never, step);
        expect(verdict.action).toBe(expected.action);
        expect(verdict.matched.map(({ id }) => id).sort()).toEqual(expected.matched);
        expect(verdict.shadow.map(({ id }) => id).sort()).toEqual(expected.shadow);
        const marked = verdict.matched.filter(({ overridden_by }) => overridden_by !== undefined);
        expect(marked.map(({ id }) => id).sort()).toEqual(expected.overridden);
        for (const { id, doubt } of verdict.matched) {
          const rule = given.find((one) => one.id === id);
          expect(doubt !== undefined).toBe(rule !== undefined && couldMatch(rule, step).inDoubt);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('names exactly the allows that are in doubt and would have made the answer weaker', () => {
    const strength = { allow: 0, require_approval: 1, block: 2 };
    let named = 0;
    fc.assert(
      fc.property(rules, steps, action, (given, step, byDefault) => {
        const verdict = bundleOf(given, { default: byDefault }).evaluate(step);
        const weaker = given.filter((rule) => {
          const isCandidate = rule.action === 'allow' && rule.mode !== 'shadow';
          if (!isCandidate || !couldMatch(rule, step).inDoubt) return false;
          const sure = given.map((one) => (one === rule ? { ...one, match: {}, args: {} } : one));
          const { action: then } = referenceVerdict(sure, byDefault as never, step);
          return strength[then] < strength[verdict.action];
        });
        named += weaker.length;
        expect((verdict.doubtful ?? []).map(({ id }) => id)).toEqual(weaker.map(({ id }) => id).sort());
        for (const { doubt } of verdict.doubtful ?? []) expect(doubt).toEqual(expect.any(String));
      }),
      { numRuns: 2000 },
    );
    expect(named).toBeGreaterThan(40);
  });

  it('gives the same bytes whatever the order of rules', () => {
    const shuffled = rules.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(shuffled, steps, ([given, other], step) => {
        const [one, two] = [bundleOf(given), bundleOf(other)];
        expect(two.version).toBe(one.version);
        expect(JSON.stringify(two.evaluate(step))).toBe(JSON.stringify(one.evaluate(step)));
        expect(two.explain(step)).toEqual(one.explain(step));
      }),
      { numRuns: 500 },
    );
  });

  it('explains exactly what it decides', () => {
    fc.assert(
      fc.property(rules, steps, (given, step) => {
        const bundle = bundleOf(given);
        const verdict = bundle.evaluate(step);
        const explained = bundle.explain(step);
        const matched = [...verdict.matched, ...verdict.shadow].map(({ id }) => id).sort();
        expect(explained.filter((trace) => trace.matched).map(({ id }) => id)).toEqual(matched);
        expect(explained.length).toBe(verdict.considered);
      }),
      { numRuns: 500 },
    );
  });

  it('never becomes more permissive by losing an argument, an attribute or a type', () => {
    const strength = { allow: 0, require_approval: 1, block: 2 };
    const noAllowNeeded = rules.map((given) =>
      given
        .filter(({ action: what }) => what !== 'allow')
        .map((rule) => ({ ...rule, mode: 'enforce' as const })),
    );
    fc.assert(
      fc.property(noAllowNeeded, steps, fc.constantFrom('p', 'q'), (given, step, name) => {
        fc.pre(given.length > 0);
        const bundle = bundleOf(given, { default: 'allow' });
        const full = bundle.evaluate(step);
        const without: JsonObject = Object.fromEntries(
          Object.entries(step.arguments).filter(([key]) => key !== name),
        );
        const { environment: _, ...poorer } = step;
        expect(strength[bundle.evaluate({ ...step, arguments: without }).action]).toBeGreaterThanOrEqual(
          strength[full.action],
        );
        expect(strength[bundle.evaluate(poorer).action]).toBeGreaterThanOrEqual(strength[full.action]);
      }),
      { numRuns: 1000 },
    );
  });
});
