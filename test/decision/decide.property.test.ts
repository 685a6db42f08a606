import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/json/canonical.ts';
import type { TrustLevel } from '../../src/plan/trust-level.ts';
import { TRUST_LEVELS } from '../../src/plan/trust-level.ts';
import type { Bundle } from '../../src/policy/bundle.ts';
import { bundleOf, decidePlan, factsFor, planOf } from './deciding.ts';

const SEVERITY = { allow: 0, require_approval: 1, block: 2 };

const bundle = bundleOf(
  `
bundle: production
rules:
  - { id: read, match: { tool_name: read }, action: allow }
  - { id: mail, match: { tool_name: mail }, action: allow }
  - { id: mail.low, match: { tool_name: mail, provenance: { lowest_trust: { at_most: external } } }, action: require_approval, reason: low_trust }
  - { id: mail.lowest, match: { tool_name: mail, provenance: { lowest_trust: { at_most: unverified } } }, action: block, reason: lowest_trust }
  - { id: pay, match: { tool_name: pay }, args: { amount: { lte: 100 } }, action: allow }
  - { id: pay.more, match: { tool_name: pay }, args: { amount: { gt: 50 } }, action: require_approval, reason: much }
`,
  'capabilities: { cap: { risk: low, tools: [read, mail, pay] } }',
);

const agent = {
  agent_id: 'a',
  tenant_id: 'acme-corp',
  status: 'active' as const,
  capabilities: ['cap'],
  budgets: [],
};

const tool = fc.constantFrom('read', 'mail', 'pay', 'shell');
const trust = fc.constantFrom<TrustLevel>(...TRUST_LEVELS);
const argument = fc.record({
  amount: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.string(), fc.constant(null)),
});
const plans = fc
  .record({
    trust: fc.array(trust, { maxLength: 3 }),
    steps: fc.array(fc.record({ tool, argument, from: fc.option(fc.nat(3)) }), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ trust: levels, steps }) => ({
    agent: { agent_id: 'a' },
    provenance: levels.map((trust_level) => ({ source_type: 'skill', trust_level })),
    steps: steps.map(({ tool: tool_name, argument: args, from }, index) => ({
      step_id: `s${index}`,
      tool_name,
      // A reference may only point back, so that the plan has no cycle.
      arguments: from !== null && from < index ? { ...args, data: { $from: `s${from}` } } : args,
    })),
  }));

function decided(plan: unknown, overrides: Parameters<typeof factsFor>[2] = {}, under: Bundle = bundle) {
  const normalized = planOf(plan);
  return decidePlan(normalized, factsFor(normalized, under, { agent, ...overrides }), under);
}

describe('decide', () => {
  it('says the same of the same plan, facts and bundle, byte for byte, through JSON', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const normalized = planOf(plan);
        const facts = factsFor(normalized, bundle, { agent });
        const recorded = JSON.parse(canonicalJson({ plan: normalized.plan, facts }));
        const again = decidePlan({ ...normalized, plan: recorded.plan }, recorded.facts, bundle);
        expect(canonicalJson(again)).toBe(canonicalJson(decidePlan(normalized, facts, bundle)));
      }),
    );
  });

  it('changes neither the plan nor the facts', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const normalized = planOf(plan);
        const facts = factsFor(normalized, bundle, { agent });
        const before = canonicalJson([normalized.plan, facts]);
        decidePlan(normalized, facts, bundle);
        expect(canonicalJson([normalized.plan, facts])).toBe(before);
      }),
    );
  });

  it('gives a plan the most severe decision of its steps', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const { decision, steps } = decided(plan);
        const worst = Math.max(...steps.map((step) => SEVERITY[step.decision]));
        expect(SEVERITY[decision]).toBe(worst);
      }),
    );
  });

  it('never decides milder when a source is trusted less, under rules that only restrict low trust', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const mild = decided(plan);
        const distrusted = {
          ...plan,
          provenance: [...plan.provenance, { source_type: 'skill', trust_level: 'unverified' }],
        };
        expect(SEVERITY[decided(distrusted).decision]).toBeGreaterThanOrEqual(SEVERITY[mild.decision]);
      }),
    );
  });

  it('never decides milder when one more step is added', () => {
    fc.assert(
      fc.property(plans, tool, (plan, tool_name) => {
        const longer = { ...plan, steps: [...plan.steps, { step_id: 'last', tool_name, arguments: {} }] };
        expect(SEVERITY[decided(longer).decision]).toBeGreaterThanOrEqual(SEVERITY[decided(plan).decision]);
      }),
    );
  });

  it('wants nothing when it blocks, and reserves only what it allows', () => {
    const budgets = [
      {
        budget_id: 'b',
        key: 'k',
        metric: 'tool_calls' as const,
        limit: 2,
        used: 0,
        reserved: 0,
        on_exceed: 'block' as const,
      },
    ];
    fc.assert(
      fc.property(plans, (plan) => {
        const { decision, effects } = decided(plan, { budgets });
        if (decision === 'block') expect(effects).toEqual([]);
        if (decision === 'require_approval')
          expect(effects.map(({ type }) => type)).toEqual(['open_approval']);
        if (decision === 'allow') {
          expect(effects.map(({ type }) => type)).toEqual(['reserve_budget']);
          expect(plan.steps.length).toBeLessThanOrEqual(2);
        }
      }),
    );
  });

  it('blocks with internal_error when a stage fails, and hands the fault out', () => {
    const broken: Bundle = {
      ...bundle,
      evaluate: () => {
        throw new Error('a rule went wrong');
      },
    };
    const result = decided({ agent: { agent_id: 'a' }, steps: [{ tool_name: 'read' }] }, {}, broken);
    expect(result.decision).toBe('block');
    expect(result.reason).toBe('internal_error');
    expect(result.control).toBe('policy');
    expect(canonicalJson(result)).not.toContain('went wrong');
  });
});
