import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bundleOf, decidePlan, factsFor, financeAgent, planOf } from './deciding.ts';

const CAPABILITIES = ['cap_a', 'cap_b', 'cap_c'];
const level = fc.constantFrom('low', 'medium', 'high', 'critical');
const grant = fc.record(
  {
    name: fc.constant('pay'),
    sensitivity_level: level,
    parameters: fc.constantFrom(
      { type: 'object', properties: { n: { type: 'number', maximum: 5 } } },
      { type: 'object' },
    ),
  },
  { requiredKeys: ['name'] },
);
const capability = fc.constantFrom(...CAPABILITIES);
const rules = fc
  .array(
    fc.record({
      match: fc.record(
        { capability, sensitivity_level: fc.oneof(fc.record({ gte: level }), fc.record({ lte: level })) },
        { requiredKeys: [] },
      ),
      action: fc.constantFrom('allow', 'block', 'require_approval'),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((drafts) => drafts.map((rule, index) => ({ id: `r${index}`, ...rule })));
const worlds = fc.record({
  rules,
  byDefault: fc.constantFrom('allow', 'block', 'require_approval'),
  grants: fc.array(fc.option(grant), { minLength: 3, maxLength: 3 }),
  own: fc.shuffledSubarray(CAPABILITIES),
  allowed: fc.shuffledSubarray([...CAPABILITIES, 'cap_none']),
  n: fc.constantFrom(1, 9),
});

const NARROWED_OUT = ['capability_not_granted', 'invalid_arguments'];

it('a plan that narrows its capabilities gets what it would get without, or is blocked', () => {
  let narrowed = 0;
  fc.assert(
    fc.property(worlds, ({ rules, byDefault, grants, own, allowed, n }) => {
      const capabilities = Object.fromEntries(
        grants.map((one, index) => [CAPABILITIES[index], { tools: one === null ? ['other'] : [one] }]),
      );
      const bundle = bundleOf(
        JSON.stringify({ default: byDefault, rules }),
        JSON.stringify({ capabilities }),
      );
      const decided = (more: object) => {
        const plan = planOf({ agent_name: 'finance_agent', tool_name: 'pay', arguments: { n }, ...more });
        const agent = { ...financeAgent(), capabilities: own };
        const { decision, reason, steps } = decidePlan(plan, factsFor(plan, bundle, { agent }), bundle);
        return { decision, reason, rules: steps[0]?.matched_rules };
      };
      const [free, kept] = [decided({}), decided({ allowed_capabilities: allowed })];
      if (kept.decision === 'block' && NARROWED_OUT.includes(kept.reason)) return;
      narrowed += 1;
      expect(kept).toEqual(free);
    }),
    { numRuns: 150 },
  );
  expect(narrowed).toBeGreaterThan(20);
});
