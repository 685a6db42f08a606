import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  AgentFact,
  ApprovalFact,
  BudgetFact,
  CallerFact,
  ClassifierFact,
  Facts,
  HistoryFact,
  ParentFact,
  SourceTrust,
  TextFinding,
} from '../../src/decision/facts.ts';
import { TRUST_REASONS } from '../../src/decision/trust-reasons.ts';
import { factsText } from '../../src/evaluation/facts-text.ts';
import { SEVERITIES, VERDICTS } from '../../src/guard/finding.ts';
import { canonicalJson, sha256 } from '../../src/json/canonical.ts';
import { SOURCE_TYPES, TRUST_LEVELS } from '../../src/plan/trust-level.ts';

const FACTS: Facts = {
  now: '2026-11-02T09:14:07.215Z',
  plan_hash: sha256('plan'),
  caller: { token_id: 'tok-1', roles: ['runner'], tenant_id: 'acme-corp' },
  bundle: { name: 'default', version: '1' },
  trust: { plan: [], steps: {} },
  guard: { verdict: 'allow', findings: [], partial: false },
  budgets: [],
  unknown_budgets: [],
};

describe('factsText', () => {
  it('is the canonical JSON of the facts, whatever they are', () => {
    fc.assert(
      fc.property(anyFacts(), (facts) => {
        expect(factsText(facts)).toBe(canonicalJson(facts));
      }),
      { numRuns: 500 },
    );
  });

  it('is the same when the same agent, caller and bundle are met again', () => {
    fc.assert(
      fc.property(anyFacts(), anyFacts(), (first, second) => {
        const { agent, caller, bundle } = first;
        const met = { ...second, caller, bundle, ...(agent === undefined ? {} : { agent }) };
        expect(factsText(first)).toBe(canonicalJson(first));
        expect(factsText(met)).toBe(canonicalJson(met));
      }),
    );
  });

  it.each<[what: string, guard: Facts['guard']]>([
    ['a guard that saw nothing', { verdict: 'allow', findings: [], partial: false }],
    ['a guard that saw a part', { verdict: 'allow', findings: [], partial: true }],
    ['a guard that flags without findings', { verdict: 'flag', findings: [], partial: false }],
    ['a guard that blocks without findings', { verdict: 'block', findings: [], partial: false }],
  ])('tells what was said by %s', (_, guard) => {
    expect(JSON.parse(factsText({ ...FACTS, guard }))).toEqual({ ...FACTS, guard });
  });

  it('tells an approval that does not exist from one that is not named', () => {
    expect(factsText({ ...FACTS, approval: null })).toBe(canonicalJson({ ...FACTS, approval: null }));
    expect(JSON.parse(factsText({ ...FACTS, approval: null }))).toHaveProperty('approval', null);
    expect(JSON.parse(factsText(FACTS))).not.toHaveProperty('approval');
    expect(JSON.parse(factsText(FACTS))).not.toHaveProperty('agent');
  });

  it('does not depend on the order in which the facts were gathered', () => {
    const reversed = Object.fromEntries(Object.entries(FACTS).toReversed()) as Facts;
    expect(factsText(reversed)).toBe(factsText(FACTS));
  });
});

type Members<T> = { [Member in keyof Required<T>]: fc.Arbitrary<Exclude<T[Member], undefined>> };

type OptionalMember<T> = { [Member in keyof T]-?: undefined extends T[Member] ? Member : never }[keyof T];

/** A record that names every member of its type, so that a new fact cannot be forgotten here: it would not compile. */
function record<T extends object>(members: Members<T>, optional: OptionalMember<T>[] = []): fc.Arbitrary<T> {
  const isOptional = new Set<PropertyKey>(optional);
  const requiredKeys = (Object.keys(members) as (keyof T)[]).filter((key) => !isOptional.has(key));
  return fc.record(members, { requiredKeys, noNullPrototype: true }) as unknown as fc.Arbitrary<T>;
}

function anyFacts(): fc.Arbitrary<Facts> {
  return record<Facts>(
    {
      now: time(),
      plan_hash: hash(),
      caller: anyCaller(),
      agent: anyAgent(),
      bundle: record<Facts['bundle']>({ name: text(), version: text() }),
      trust: record<Facts['trust']>({
        plan: sources(),
        steps: fc.dictionary(text(), sources(), { maxKeys: 3, noNullPrototype: true }),
      }),
      classifier: anyClassification(),
      guard: anyGuard(),
      budgets: fc.array(anyBudget(), { maxLength: 3 }),
      history: fc.dictionary(text(), fc.dictionary(text(), anyCount(), { noNullPrototype: true }), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
      no_approvers: fc.constant<true>(true),
      parent: record<ParentFact>({
        status: fc.constantFrom('known', 'unknown'),
        chain: texts(),
        trust_level: fc.constantFrom(...TRUST_LEVELS),
      }),
      unknown_budgets: texts(),
      approval: fc.option(anyApproval(), { nil: null }),
    },
    ['agent', 'approval', 'classifier', 'history', 'no_approvers', 'parent'],
  );
}

function anyClassification(): fc.Arbitrary<ClassifierFact> {
  const failed = { name: text(), failure: text(), on_failure: fc.constantFrom('ignore', 'require_approval') };
  const answered = {
    ...{ name: text(), model: text(), chunks: fc.nat(), partial: fc.boolean() },
    ...{
      threshold: fc.double({ min: 0, max: 1, noNaN: true }),
      worst: fc.double({ min: 0, max: 1, noNaN: true }),
    },
  };
  const plain = { noNullPrototype: true } as const;
  return fc.oneof(fc.record(failed, plain), fc.record(answered, plain)) as fc.Arbitrary<ClassifierFact>;
}

function anyCount(): fc.Arbitrary<HistoryFact> {
  return fc.oneof(fc.nat(), fc.tuple(fc.nat(), fc.nat()), fc.constant(null));
}

function anyCaller(): fc.Arbitrary<CallerFact> {
  const members: Members<CallerFact> = {
    token_id: text(),
    roles: texts(),
    tenant_id: text(),
    agent_id: text(),
  };
  return record<CallerFact>(members, ['agent_id']);
}

function anyAgent(): fc.Arbitrary<AgentFact> {
  return record<AgentFact>(
    {
      agent_id: text(),
      agent_name: text(),
      agent_type: text(),
      tenant_id: text(),
      status: fc.constantFrom('active', 'suspended', 'retired'),
      capabilities: texts(),
      groups: texts(),
      policy_bundle: text(),
      budgets: texts(),
    },
    ['agent_name', 'agent_type', 'groups', 'policy_bundle'],
  );
}

function sources(): fc.Arbitrary<SourceTrust[]> {
  const source = record<SourceTrust>(
    {
      source_type: fc.constantFrom(...SOURCE_TYPES),
      source_name: text(),
      trust_level: fc.constantFrom(...TRUST_LEVELS),
      claimed: fc.constantFrom(...TRUST_LEVELS),
      basis: fc.constantFrom('registry', 'signature', 'default', 'remembered', 'derived'),
      key_id: text(),
      reason: fc.constantFrom(...(Object.keys(TRUST_REASONS) as (keyof typeof TRUST_REASONS)[])),
    },
    ['source_name', 'claimed', 'key_id', 'reason'],
  );
  return fc.array(source, { maxLength: 3 });
}

/** Often clean, as it is in life. */
function anyGuard(): fc.Arbitrary<Facts['guard']> {
  const finding = record<TextFinding>(
    {
      pointer: text(),
      in_name: fc.constant(true),
      detector: text(),
      category: text(),
      severity: fc.constantFrom(...SEVERITIES),
      message: text(),
      start: fc.nat(),
      end: fc.nat(),
    },
    ['in_name'],
  );
  return record<Facts['guard']>({
    verdict: fc.constantFrom('allow', ...VERDICTS),
    findings: fc.oneof(fc.constant<TextFinding[]>([]), fc.array(finding, { maxLength: 2 })),
    partial: fc.boolean(),
  });
}

function anyBudget(): fc.Arbitrary<BudgetFact> {
  return record<BudgetFact>(
    {
      budget_id: text(),
      key: text(),
      metric: fc.constantFrom('usd', 'tokens', 'tool_calls'),
      limit: fc.maxSafeNat(),
      used: fc.maxSafeNat(),
      reserved: fc.maxSafeNat(),
      on_exceed: fc.constantFrom('block', 'require_approval'),
      window_ends_at: time(),
    },
    ['window_ends_at'],
  );
}

function anyApproval(): fc.Arbitrary<ApprovalFact> {
  return record<ApprovalFact>({
    approval_id: text(),
    status: fc.constantFrom('pending', 'approved', 'rejected', 'expired', 'consumed', 'cancelled'),
    plan_hash: hash(),
    tenant_id: text(),
    rule_hashes: texts(),
    expires_at: time(),
  });
}

function text(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '"', '\\', '\n', '\u2028', '\u0000', '😀', '10', '2', '__proto__', '","now":"x'),
  );
}

function texts(): fc.Arbitrary<string[]> {
  return fc.array(text(), { maxLength: 3 });
}

function time(): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) }).map((ms) => new Date(ms).toISOString());
}

function hash(): fc.Arbitrary<string> {
  return text().map(sha256);
}
