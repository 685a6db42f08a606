import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveArguments } from '../../src/decision/effective-arguments.ts';
import { canonicalHash } from '../../src/json/canonical.ts';
import type { JsonObject } from '../../src/json/value.ts';
import type { Bundle, Obligation } from '../../src/policy/bundle.ts';
import { mergeObligations } from '../../src/policy/merge-obligations.ts';
import { stepView } from '../policy/step-view.ts';
import { bundleOf, decidePlan, factsFor, planOf } from './deciding.ts';

const CAPABILITIES = 'capabilities: { cap_pay: { tools: [pay] } }';
const STRENGTH = { allow: 0, require_approval: 1, block: 2 };

const name = fc.constantFrom('a', 'b');
const condition = fc.oneof(
  fc.record({ gt: fc.nat(9) }),
  fc.record({ lte: fc.nat(9) }),
  fc.record({ eq: fc.nat(9) }),
);
const obligation = fc.oneof(
  fc.tuple(name, fc.nat(9)).map(([at, value]) => ({ set: { [`/${at}`]: value } })),
  fc.tuple(name, fc.nat(9)).map(([at, max]) => ({ cap: { [`/${at}`]: max } })),
);
const rules = fc
  .array(
    fc.record({
      args: fc.dictionary(name, condition, { maxKeys: 1 }),
      action: fc.constantFrom('allow', 'allow', 'allow', 'require_approval', 'block'),
      obligations: fc.array(obligation, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((drafts) =>
    drafts.map(({ obligations, ...rule }, index) => ({
      id: `r${index}`,
      ...rule,
      obligations: rule.action === 'block' ? [] : obligations.slice(0, 1),
    })),
  );
const args = fc.record({ a: fc.nat(12), b: fc.nat(12) });

function decided(bundle: Bundle, input: JsonObject) {
  const plan = planOf({
    agent: { agent_id: 'agent-finance-01' },
    steps: [{ tool_name: 'pay', arguments: input }],
  });
  const [step] = decidePlan(plan, factsFor(plan, bundle), bundle).steps;
  if (step === undefined) throw new Error('a plan of one step has one');
  return step;
}

function changedBy(obligations: readonly Obligation[], input: JsonObject): JsonObject {
  const { effective, unmet } = effectiveArguments(input, obligations);
  if (effective === undefined) throw new Error(unmet.message);
  return effective;
}

describe('arguments that rules change', () => {
  it('run only where the rules would let them run as they are', () => {
    let changes = 0;
    let conflicts = 0;
    fc.assert(
      fc.property(rules, args, (given, submitted) => {
        const bundle = bundleOf(JSON.stringify({ rules: given }), CAPABILITIES);
        const step = decided(bundle, submitted);
        if (step.reason === 'obligation_conflict') conflicts += 1;
        if (step.decision === 'block') return;
        const effective = changedBy(step.obligations, submitted);
        expect(step.arguments_hash ?? canonicalHash(submitted)).toBe(canonicalHash(effective));
        if (canonicalHash(effective) !== canonicalHash(submitted)) changes += 1;
        const again = bundle.evaluate(stepView({ tool_name: 'pay', arguments: effective }));
        expect(STRENGTH[again.action]).toBeLessThanOrEqual(STRENGTH[step.decision]);
        const both = mergeObligations([...step.obligations, ...again.obligations]).obligations;
        expect(changedBy(both ?? [], effective)).toEqual(effective);
      }),
      { numRuns: 1_000 },
    );
    expect(changes).toBeGreaterThan(30);
    expect(conflicts).toBeGreaterThan(30);
  });

  it('do not get a layer around a rule for everyone', () => {
    const bundle = bundleOf(
      JSON.stringify({
        rules: [
          {
            id: 'inside',
            match: { tool_name: 'pay' },
            args: { to: { in_domains: ['acme.example'] } },
            action: 'allow',
          },
          {
            ...{ id: 'redirect', layer: { kind: 'tenant', tenant_id: 'acme-corp' }, action: 'allow' },
            obligations: [{ set: { '/to': 'x@evil.example' } }],
          },
        ],
      }),
      CAPABILITIES,
    );
    const plan = planOf({
      agent: { agent_id: 'agent-finance-01' },
      steps: [{ tool_name: 'pay', arguments: { to: 'lee@acme.example' } }],
    });
    const { reason, explanation } = decidePlan(plan, factsFor(plan, bundle), bundle);
    expect(reason).toBe('obligation_conflict');
    expect(explanation.summary).toContain('With what the rules change, the step would be blocked');
  });
});
