import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action, Bundle } from '../../src/policy/bundle.ts';
import { compileBundle, compileBundleContent } from '../../src/policy/compile.ts';
import { type LayeredRule, mayName, type PlainDefault, referenceLayers } from './reference-layers.ts';
import { bundleOf, stepView } from './step-view.ts';

const tenant = fc.constantFrom('t1', 't2');
const group = fc.constantFrom('g1', 'g2');
const agent = fc.constantFrom('a1', 'a2');
const tool = fc.constantFrom('pay', 'mail');
const action = fc.constantFrom<Action>('allow', 'block', 'require_approval');

const layer: fc.Arbitrary<LayeredRule['layer']> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tenant'), tenant_id: tenant }) },
  { weight: 1, arbitrary: fc.record({ group, kind: fc.constant('agent_group') }) },
  { weight: 1, arbitrary: fc.record({ group, kind: fc.constant('agent_group'), tenant_id: tenant }) },
  { weight: 1, arbitrary: fc.record({ agent_id: agent, kind: fc.constant('agent'), tenant_id: tenant }) },
);

const rules: fc.Arbitrary<LayeredRule[]> = fc
  .array(fc.record({ layer, tool: fc.option(tool), action, overridable: fc.boolean(), target: fc.nat(9) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((drafts) => {
    const plain = drafts.map(
      ({ layer: own, tool: asked, action: what, overridable }, index): LayeredRule => ({
        id: `r${index}`,
        ...(own === undefined ? {} : { layer: own }),
        ...(asked === null ? {} : { match: { tool_name: asked } }),
        action: what,
        ...(what !== 'allow' && overridable ? { overridable } : {}),
      }),
    );
    return plain.map((rule, index) => {
      const possible = plain.filter((other) => other.overridable === true && mayName(rule, other));
      // An allow overrides a rule where there is one, but for one time in ten.
      const wanted = drafts[index]?.target ?? 0;
      const target = wanted === 9 ? undefined : possible[wanted % Math.max(1, possible.length)];
      return rule.action === 'allow' && target !== undefined ? { ...rule, overrides: [target.id] } : rule;
    });
  });

const byDefault: fc.Arbitrary<PlainDefault> = fc.record({ action, overridable: fc.boolean() });
const step = fc
  .record({
    tool_name: tool,
    tenant_id: tenant,
    agent_id: agent,
    groups: fc.uniqueArray(group),
  })
  .map((given) => stepView(given));

const STRENGTH = { allow: 0, require_approval: 1, block: 2 };

function fileOf({ kind, ...scope }: NonNullable<LayeredRule['layer']>, own: readonly LayeredRule[]): string {
  return JSON.stringify({ layer: kind, ...scope, rules: own.map(({ layer: _, ...rule }) => rule) });
}

/** The same rules as teams write them: a file for each layer. */
function inFiles(given: readonly LayeredRule[], standing: PlainDefault): Bundle {
  const layered = given.filter((rule) => rule.layer !== undefined);
  const files = Object.values(Object.groupBy(layered, (rule) => JSON.stringify(rule.layer)));
  const { bundle, problems } = compileBundle({
    'policies.yaml': JSON.stringify({
      default: standing,
      rules: given.filter((rule) => rule.layer === undefined),
    }),
    'capabilities.yaml': 'capabilities: { c: { tools: [pay, mail] } }',
    ...Object.fromEntries(
      files.map((own = [], index) => [
        `layers/l${index}.yaml`,
        fileOf(own[0]?.layer as NonNullable<LayeredRule['layer']>, own),
      ]),
    ),
  });
  if (bundle === undefined) throw new Error(JSON.stringify(problems));
  return bundle;
}

describe('layers', () => {
  it('agree with the plain reference', () => {
    fc.assert(
      fc.property(rules, byDefault, step, (given, standing, view) => {
        const verdict = inFiles(given, standing).evaluate(view);
        const expected = referenceLayers(given, standing, view);
        const marked = (mark: 'overridden_by' | 'outranked_by') =>
          verdict.matched
            .filter((rule) => rule[mark] !== undefined)
            .map(({ id }) => id)
            .sort();
        expect({
          action: verdict.action,
          byDefault: verdict.by_default,
          matched: verdict.matched.map(({ id }) => id).sort(),
          overridden: marked('overridden_by'),
          outranked: marked('outranked_by'),
        }).toEqual(expected);
        for (const { id, layer: own } of verdict.matched)
          expect(own).toEqual(given.find((rule) => rule.id === id)?.layer);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never loosen a decision by a rule without overrides, unless the default is marked for it', () => {
    const lower = rules.map((given) =>
      given.map((rule, index): LayeredRule => {
        const { overrides: _, ...plain } = rule;
        return { ...plain, id: `new${index}`, layer: rule.layer ?? { kind: 'tenant', tenant_id: 't1' } };
      }),
    );
    fc.assert(
      fc.property(rules, lower, action, step, (given, more, standing, view) => {
        const strict = { action: standing, overridable: false };
        const before = inFiles(given, strict).evaluate(view);
        const after = inFiles([...given, ...more], strict).evaluate(view);
        expect(STRENGTH[after.action]).toBeGreaterThanOrEqual(STRENGTH[before.action]);
        if (before.action !== 'require_approval' || after.action !== 'require_approval') return;
        const [asked, asks] = [before.demand, after.demand];
        expect(asks?.rule_hashes).toEqual(expect.arrayContaining(asked?.rule_hashes ?? ['no demand']));
        expect(asks?.ttl_ms).toBeLessThanOrEqual(asked?.ttl_ms ?? 0);
        expect(asks?.required).toBeGreaterThanOrEqual(asked?.required ?? Infinity);
      }),
      { numRuns: 600 },
    );
  });

  it('say nothing to the agents of others', () => {
    fc.assert(
      fc.property(rules, byDefault, step, (given, standing, view) => {
        const own = given.filter(
          ({ layer: its }) => its?.tenant_id === undefined || its.tenant_id === view.tenant_id,
        );
        fc.pre(own.length > 0);
        const [all, alone] = [inFiles(given, standing), inFiles(own, standing)];
        expect(all.evaluate(view)).toEqual(alone.evaluate(view));
        expect(all.explain(view)).toEqual(alone.explain(view));
      }),
      { numRuns: 250 },
    );
  });

  it('are one content, whatever the order of rules, the names of files and the file they stand in', () => {
    fc.assert(
      fc.property(rules, byDefault, step, (given, standing, view) => {
        const capabilities = { c: { tools: ['pay', 'mail'] } };
        const bundle = inFiles(given, standing);
        const reversed = inFiles(given.toReversed(), standing);
        const inOne = bundleOf(given, { default: standing });
        const again = compileBundleContent(JSON.parse(JSON.stringify(bundle.content))).bundle;
        expect(reversed.version).toBe(bundle.version);
        expect(again?.version).toBe(bundle.version);
        expect(again?.content).toEqual(bundle.content);
        expect(again?.evaluate(view)).toEqual(bundle.evaluate(view));
        expect(inOne.content['rules']).toEqual(bundle.content['rules']);
        expect(Object.keys(bundle.content['capabilities'] ?? {})).toEqual(Object.keys(capabilities));
        expect(JSON.stringify(reversed.evaluate(view))).toBe(JSON.stringify(bundle.evaluate(view)));
      }),
      { numRuns: 250 },
    );
  });
});
