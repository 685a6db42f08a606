import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json/value.ts';
import { isLooser, type Terms } from '../../../src/policy/analysis/diff/leniency.ts';
import { searchSpace } from '../../../src/policy/analysis/diff/space-search.ts';
import { structuralDiff } from '../../../src/policy/analysis/diff/structural.ts';
import { suspectsOf } from '../../../src/policy/analysis/diff/suspects.ts';
import type { Bundle, StepView } from '../../../src/policy/bundle.ts';
import { compileBundle } from '../../../src/policy/compile.ts';
import { CompileMemo } from '../../../src/policy/compile-memo.ts';
import { CAPABILITIES, reached, steps, type WrittenRule, writtenRules } from './random-bundle.ts';

/** Enough to meet every kind of edit, and done in a few seconds. */
const RUNS = 300;

type Rule = Omit<WrittenRule, 'obligations' | 'approval'> & {
  approval?: object;
  obligations?: object[];
  layer?: object;
  taint?: object;
  when?: string;
};
type Content = { rules: Rule[]; default?: unknown; combining?: string; capabilities: object };

const layers = fc.constantFrom(
  { kind: 'tenant', tenant_id: 'acme' },
  { kind: 'agent_group', group: 'g1' },
  { kind: 'agent', tenant_id: 'acme', agent_id: 'agent-1' },
);
const approval = fc.record(
  {
    ttl: fc.constantFrom('30m', '1h', '2h'),
    required: fc.constantFrom(1, 2),
    approvers: fc.subarray(['lee', 'sam']),
  },
  { requiredKeys: [] },
);
const obligation = fc.constantFrom<object>(
  { cap: { '/p': 3 } },
  { cap: { '/p': 5 } },
  { redact: '/q' },
  { redact: '/p' },
  { set: { '/p': 1 } },
  { notify: ['soc'] },
  { ttl: '5m' },
  { ttl: '10m' },
  { max_uses: 1 },
);
const expression = fc.constantFrom('plan.step_count > 1', 'now.getHours() >= 9', 'agent.tenant_id == "acme"');
type Extras = {
  layer: object | null;
  approval: object | null;
  obligations: object[] | null;
  taint: object | null;
  when: string | null;
};
const extras: fc.Arbitrary<Extras> = fc.record({
  layer: fc.option(layers, { freq: 4 }),
  approval: fc.option(approval, { freq: 2 }),
  obligations: fc.option(fc.array(obligation, { minLength: 1, maxLength: 2 }), { freq: 3 }),
  taint: fc.option(fc.constantFrom({ p: { at_most: 'external' } }, { q: 'unverified' }), { freq: 5 }),
  when: fc.option(expression, { freq: 5 }),
});

/** A rule with what may be added to it; what has no place in it is left out. */
function dressed(rule: WrittenRule, more: Extras): Rule {
  const { layer, approval: asked, obligations, taint, when } = more;
  const runs = obligations ?? [];
  return {
    ...rule,
    ...(layer && { layer }),
    ...(asked && rule.action === 'require_approval' && { approval: asked }),
    ...(rule.action === 'block'
      ? { obligations: runs.filter((one) => 'notify' in one) }
      : { obligations: runs }),
    ...(taint && { taint }),
    ...(when && { when }),
  };
}

const contents: fc.Arbitrary<Content> = fc
  .tuple(
    writtenRules,
    fc.array(extras, { minLength: 7, maxLength: 7 }),
    fc.constantFrom<unknown>('block', 'block', 'block', 'require_approval', 'allow', {
      action: 'block',
      overridable: true,
    }),
    fc.constantFrom('strongest', 'strongest', 'strongest', 'first_match'),
  )
  .map(([rules, more, byDefault, combining]) => ({
    rules: rules.map((rule, index) => dressed(rule, more[index] as Extras)),
    default: byDefault,
    combining,
    capabilities: CAPABILITIES,
  }));

const tool =
  (name: string, member: string, value: unknown) =>
  (content: Content): Content => {
    const capabilities = structuredClone(content.capabilities) as Record<
      string,
      { tools: (string | JsonObject)[] }
    >;
    for (const one of Object.values(capabilities))
      one.tools = one.tools.map((given) => {
        const known = typeof given === 'string' ? { name: given } : given;
        return known['name'] === name ? { ...known, [member]: value as never } : given;
      });
    return { ...content, capabilities };
  };

type Edit = (content: Content) => Content;
const at =
  (index: number, change: (rule: Rule) => Rule[]): Edit =>
  (content) => ({
    ...content,
    rules: content.rules.flatMap((rule, position) =>
      position === index % content.rules.length ? change(rule) : [rule],
    ),
  });
const place = fc.nat(6);
const edits: fc.Arbitrary<Edit> = fc.oneof(
  place.map((index) => at(index, () => [])),
  fc
    .tuple(place, fc.constantFrom('allow' as const, 'block' as const, 'require_approval' as const))
    .map(([index, action]) =>
      at(index, ({ overridable: _, overrides: __, approval: ___, ...rule }) => [
        {
          ...rule,
          action,
          obligations: (rule.obligations ?? []).filter((one) => action !== 'block' || 'notify' in one),
        },
      ]),
    ),
  fc
    .tuple(place, fc.constantFrom('match', 'args', 'taint'))
    .map(([index, member]) => at(index, (rule) => [{ ...rule, [member]: {} }])),
  fc.tuple(place, writtenRules, extras).map(([index, [other], more]) =>
    at(index, (rule) => {
      const made = dressed({ ...(other as WrittenRule), id: 'new' }, more);
      const { overrides: _, overridable: __, ...plain } = made;
      return [rule, plain as Rule];
    }),
  ),
  fc.tuple(place, place).map(
    ([index, from]): Edit =>
      (content) => {
        const model = content.rules[from % content.rules.length];
        if (model === undefined) return content;
        const { match, args } = model;
        return at(index, (rule) => [{ ...rule, match, args }])(content);
      },
  ),
  fc
    .tuple(place, approval)
    .map(([index, asked]) =>
      at(index, (rule) => [rule.action === 'require_approval' ? { ...rule, approval: asked } : rule]),
    ),
  fc
    .tuple(place, fc.array(obligation, { maxLength: 2 }))
    .map(([index, asked]) =>
      at(index, (rule) => [rule.action === 'block' ? rule : { ...rule, obligations: asked }]),
    ),
  fc
    .tuple(place, fc.option(layers))
    .map(([index, layer]) =>
      at(index, ({ layer: _, ...rule }) => [layer === null ? rule : { ...rule, layer }]),
    ),
  place.map((index) =>
    at(index, (rule) => [{ ...rule, mode: rule.mode === 'shadow' ? 'enforce' : 'shadow' }]),
  ),
  place.map((index) => at(index, (rule) => [{ ...rule, id: `${rule.id}-renamed` }])),
  place.map((index) => at(index, (rule) => [rule.action === 'allow' ? { ...rule, overrides: [] } : rule])),
  place.map((index) =>
    at(index, (rule) => [rule.action === 'allow' ? rule : { ...rule, overridable: true }]),
  ),
  fc.constantFrom<unknown>('block', 'require_approval', 'allow', { action: 'block', overridable: true }).map(
    (byDefault): Edit =>
      (content) => ({ ...content, default: byDefault }),
  ),
  fc.constant<Edit>((content) => ({ ...content, rules: content.rules.toReversed() })),
  fc.constant<Edit>((content) => ({
    ...content,
    combining: content.combining === 'first_match' ? 'strongest' : 'first_match',
  })),
  fc.constantFrom('low', 'high', 'critical').map((level) => tool('mail.send', 'sensitivity_level', level)),
  fc
    .constantFrom<object>(
      { properties: { p: { type: 'number', minimum: 0, maximum: 4 } }, additionalProperties: false },
      { properties: { p: { type: 'number', minimum: 0 } }, additionalProperties: false },
      { properties: { p: { type: 'number' } } },
      {},
    )
    .map((parameters) => tool('pay', 'parameters', parameters)),
  fc.constantFrom('mail', 'money', 'more').map(
    (name): Edit =>
      (content) => {
        const { [name as never]: _, ...capabilities } = content.capabilities as Record<string, object>;
        return { ...content, capabilities };
      },
  ),
);

const sampled = fc
  .tuple(
    steps,
    fc.record({
      tenant_id: fc.constantFrom('acme', 'other'),
      groups: fc.subarray(['g1', 'g2']),
      copies: fc.constantFrom(1, 3),
      now: fc.constantFrom('2026-01-01T03:00:00.000Z', '2026-01-01T12:00:00.000Z'),
      taint: fc.constantFrom('trusted' as const, 'external' as const, 'unverified' as const),
    }),
  )
  .map(([step, { copies, taint, ...more }]): StepView => {
    const view = { agent_name: 'agent-1', runtime_mode: 'gateway', ...step, ...more };
    return {
      ...view,
      taintOf: () => taint,
      plan: () => ({ steps: Array.from({ length: copies }, () => view) }),
    };
  });
const samples = fc.array(sampled, { minLength: 12, maxLength: 12 });

const memos = new Map<string, CompileMemo>();

/** Most contents have the same capabilities, and schemas are what takes longest. */
function bundleOf({ capabilities, ...policies }: Content): Bundle | undefined {
  const granted = JSON.stringify({ capabilities });
  const memo = memos.get(granted) ?? new CompileMemo();
  memos.set(granted, memo);
  return compileBundle({ 'policies.yaml': JSON.stringify(policies), 'capabilities.yaml': granted }, { memo })
    .bundle;
}

/** What the step gets for an agent that has one capability alone. */
function termsIn(bundle: Bundle, step: StepView): Map<string, Terms> {
  return new Map(reached(bundle, step).map((one) => [one.capability ?? '', bundle.evaluate(one)]));
}

const BLOCKED: Terms = { action: 'block', obligations: [] };

function isLoosened(before: Bundle, after: Bundle, step: StepView): boolean {
  const [old, now] = [termsIn(before, step), termsIn(after, step)];
  return [...now].some(([capability, terms]) => isLooser(old.get(capability) ?? BLOCKED, terms));
}

function pairOf(content: Content, changes: readonly Edit[]): [Bundle, Bundle] | undefined {
  const before = bundleOf(content);
  const after = bundleOf(changes.reduce((made, edit) => edit(made), content));
  return before === undefined || after === undefined ? undefined : [before, after];
}

const someEdits = fc.array(edits, { minLength: 1, maxLength: 2 });

describe('no green on a loosening', () => {
  it('every loosening of a random step has a suspect', () => {
    let loosened = 0;
    let quiet = 0;
    fc.assert(
      fc.property(contents, someEdits, samples, (content, changes, some) => {
        const pair = pairOf(content, changes);
        if (pair === undefined) return;
        const suspects = suspectsOf(...pair);
        const found = some.filter((step) => isLoosened(...pair, step));
        if (suspects.length === 0) quiet += 1;
        loosened += found.length;
        if (found.length > 0) expect(suspects).not.toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(loosened).toBeGreaterThan(10);
    expect(quiet).toBeGreaterThan(10);
  });

  it('nor does the search rule one out', () => {
    fc.assert(
      fc.property(contents, someEdits, samples, (content, changes, some) => {
        const pair = pairOf(content, changes);
        if (pair === undefined) return;
        const { answerOf, witnesses } = searchSpace(...pair, { maxCellsPerRegion: 60 });
        const suspects = suspectsOf(...pair);
        const unknown = suspects.filter(({ change }) => answerOf(change, 'loosened') === 'unknown');
        const isRed = unknown.length > 0 || witnesses.some(({ effect }) => effect === 'loosened');
        for (const step of some) if (isLoosened(...pair, step)) expect(isRed).toBe(true);
      }),
      { numRuns: RUNS / 15 },
    );
  });
});

it('is quiet where two bundles mean the same', () => {
  const same: fc.Arbitrary<Edit> = fc.oneof(
    fc.constant<Edit>((content) => ({ ...content, rules: content.rules.toReversed() })),
    place.map((index) =>
      at(index, ({ overrides: _, overridable: __, ...rule }) => [
        { ...(rule as Rule), id: `${rule.id}-renamed` },
      ]),
    ),
    place.map((index) =>
      at(index, (rule) => [{ ...rule, message: 'in other words', reason: 'another_reason' } as Rule]),
    ),
    place.map((index) => at(index, (rule) => [rule, { ...rule, id: 'twice', mode: 'shadow' }])),
  );
  fc.assert(
    fc.property(contents, same, (content, edit) => {
      const plain = {
        ...content,
        combining: 'strongest',
        rules: content.rules.map(({ overrides: _, overridable: __, ...rule }) => rule as Rule),
      };
      const pair = pairOf(plain, [edit]);
      if (pair === undefined) return;
      expect([...suspectsOf(...pair), ...suspectsOf(...(pair.toReversed() as [Bundle, Bundle]))]).toEqual([]);
      const isSame = structuralDiff(...pair).identical;
      if (isSame) expect(searchSpace(...pair).cells).toBe(0);
    }),
    { numRuns: RUNS / 2 },
  );
});
