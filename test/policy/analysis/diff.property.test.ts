import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/json/value.ts';
import { searchSpace } from '../../../src/policy/analysis/diff/space-search.ts';
import { structuralDiff } from '../../../src/policy/analysis/diff/structural.ts';
import { decideTried } from '../../../src/policy/analysis/diff/tried-step.ts';
import type { Bundle } from '../../../src/policy/bundle.ts';
import { compileBundleContent } from '../../../src/policy/compile.ts';
import { steps, type WrittenRule, writtenRules } from './random-bundle.ts';

function bundleOf(content: object): Bundle | undefined {
  return compileBundleContent(content as JsonObject).bundle;
}

/** Any change at all: of an action, a condition, a default, or a rule that goes. */
const mutation = fc.record({
  at: fc.nat(6),
  kind: fc.constantFrom('action', 'match', 'args', 'remove', 'default'),
  action: fc.constantFrom('allow', 'block', 'require_approval'),
});

function mutated(
  rules: readonly WrittenRule[],
  { at, kind, action }: { at: number; kind: string; action: string },
) {
  const index = at % rules.length;
  const change = (rule: WrittenRule): object[] => {
    if (kind === 'remove') return [];
    if (kind === 'action') return [{ ...rule, action }];
    return kind === 'match' || kind === 'args' ? [{ ...rule, [kind]: {} }] : [rule];
  };
  // What overrides and what is overridden depend on each other: here nothing is.
  const plain = rules.map(({ overrides: _, overridable: __, ...rule }) => rule);
  return {
    before: { rules: plain },
    after: {
      rules: plain.flatMap((rule, position) => (position === index ? change(rule) : [rule])),
      ...(kind === 'default' && { default: 'allow' }),
    },
  };
}

it('no verdict changes without a structural change', () => {
  let differing = 0;
  const many = fc.array(steps, { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(writtenRules, mutation, many, (rules, change, sample) => {
      const contents = mutated(rules, change);
      const [before, after] = [bundleOf(contents.before), bundleOf(contents.after)];
      if (before === undefined || after === undefined) return;
      const { identical, rules: changed, settings } = structuralDiff(before, after);
      const isDifferent = sample.some((step) => before.evaluate(step).action !== after.evaluate(step).action);
      if (isDifferent) differing += 1;
      const found = changed.added.length + changed.removed.length + changed.changed.length + settings.length;
      expect(isDifferent && (identical || found === 0)).toBe(false);
    }),
    { numRuns: 1000 },
  );
  expect(differing).toBeGreaterThan(50);
});

type Edit = {
  rule: Record<string, unknown>;
  edited: Record<string, unknown>;
  effect: 'loosened' | 'tightened';
};

const limit = fc.integer({ min: 1, max: 1000 });
const pay = (amount: object) => ({ args: { amount }, action: 'allow' });
const to = (domains: string[]) => ({ args: { to: { in_domains: domains } }, action: 'allow' });

/** Edits whose effect is known: the edited rule is the only one that allows for this tool, its agents and its place. */
const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    rule: fc.constant({ action: 'allow' }),
    edited: fc.constantFrom({ action: 'block' }, { action: 'require_approval' }),
    effect: fc.constant('tightened' as const),
  }),
  fc
    .tuple(limit, limit)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({
      rule: pay({ lte: a }),
      edited: pay({ lte: b }),
      effect: b > a ? ('loosened' as const) : ('tightened' as const),
    })),
  fc
    .tuple(limit, limit)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({
      rule: pay({ gt: a }),
      edited: pay({ gt: b }),
      effect: b < a ? ('loosened' as const) : ('tightened' as const),
    })),
  limit.map((a) => ({ rule: pay({ lt: a }), edited: pay({ lte: a }), effect: 'loosened' as const })),
  fc.constant({
    rule: to(['acme.example']),
    edited: to(['acme.example', 'partner.example']),
    effect: 'loosened' as const,
  }),
  fc.constant({
    rule: { match: { agent_name: ['a', 'b'] }, action: 'allow' },
    edited: { match: { agent_name: ['a'] }, action: 'allow' },
    effect: 'tightened' as const,
  }),
  fc.constant({
    rule: { args: { mode: { in: ['x', 'y'] } }, action: 'allow' },
    edited: { args: { mode: { in: ['x', 'y', 'z'] } }, action: 'allow' },
    effect: 'loosened' as const,
  }),
  fc.constant({
    rule: { match: { sensitivity_level: { lte: 'medium' } }, action: 'allow' },
    edited: { match: { sensitivity_level: { lte: 'high' } }, action: 'allow' },
    effect: 'loosened' as const,
  }),
  fc.constant({
    rule: { match: { provenance: { lowest_trust: { at_least: 'internal' } } }, action: 'allow' },
    edited: { match: { provenance: { lowest_trust: { at_least: 'external' } } }, action: 'allow' },
    effect: 'loosened' as const,
  }),
  fc.constant({
    rule: { action: 'allow' },
    edited: { args: { note: { starts_with: 'ok' } }, action: 'allow' },
    effect: 'tightened' as const,
  }),
);

/** Rules that are in the way without covering everything: of other tools, other agents, other places. */
const noise = fc.array(
  fc.record({
    match: fc.record(
      {
        tool_name: fc.constantFrom('t', 't', 'u', 't*'),
        agent_name: fc.constantFrom('n1', 'n2', 'n3'),
        environment: fc.constantFrom('staging', 'dev'),
      },
      { requiredKeys: ['tool_name', 'agent_name'] },
    ),
    args: fc.dictionary(fc.constantFrom('amount', 'note'), fc.record({ exists: fc.constant(true) }), {
      maxKeys: 1,
    }),
    action: fc.constantFrom('allow', 'block', 'require_approval'),
  }),
  { maxLength: 12 },
);

it('an edit whose effect is known has a witness that both bundles confirm', () => {
  fc.assert(
    fc.property(edits, noise, ({ rule, edited, effect }, others) => {
      const content = (one: Record<string, unknown>) => ({
        rules: [
          { ...one, id: 'edited', match: { ...(one['match'] as object), tool_name: 't' } },
          ...others.map((other, index) => ({ ...other, id: `n${index}` })),
        ],
        capabilities: { c: { tools: ['t', 'u'] } },
      });
      const [before, after] = [bundleOf(content(rule)), bundleOf(content(edited))];
      if (before === undefined || after === undefined) throw new Error('the bundle does not compile');
      expect(structuralDiff(before, after).rules.changed.map(({ id }) => id)).toEqual(['edited']);
      const { witnesses } = searchSpace(before, after);
      expect(witnesses.map((one) => one.effect)).toContain(effect);
      for (const { step, before: was, after: is } of witnesses) {
        expect(decideTried(before, step).action).toBe(was.decision);
        expect(decideTried(after, step).action).toBe(is.decision);
      }
    }),
    { numRuns: 200 },
  );
});
