import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBundle, type PolicyFiles } from '../../src/policy/compile.ts';
import { CompileMemo } from '../../src/policy/compile-memo.ts';
import { CAPABILITIES, type WrittenRule, writtenRules } from './analysis/random-bundle.ts';

type Set = {
  rules: WrittenRule[];
  layered: WrittenRule[];
  tenant: string;
  byDefault: string;
  combining: string;
  isGranted: boolean;
};

const set: fc.Arbitrary<Set> = fc.record({
  rules: writtenRules,
  layered: writtenRules,
  tenant: fc.constantFrom('acme', 'globex'),
  byDefault: fc.constantFrom('allow', 'block'),
  combining: fc.constantFrom('strongest', 'strongest', 'strongest', 'first_match'),
  isGranted: fc.constantFrom(false, false, false, true),
});

/** What of the next set is taken: mostly a rule or two, as people change a bundle. */
type Change = { from: Set; taken: number[]; dropped: number[]; members: (keyof Set)[]; isTurned: boolean };
const change: fc.Arbitrary<Change> = fc.record({
  from: set,
  taken: fc.array(fc.nat(7), { maxLength: 2 }),
  dropped: fc.array(fc.nat(7), { maxLength: 1 }),
  isTurned: fc.boolean(),
  members: fc.subarray(['tenant', 'byDefault', 'combining', 'isGranted'], { maxLength: 1 }),
});

function changed(before: Set, { from, taken, dropped, members, isTurned }: Change): Set {
  const other = Object.fromEntries(members.map((member) => [member, from[member]]));
  const mixed = (rules: readonly WrittenRule[], next: readonly WrittenRule[]) => {
    const byId = new Map(rules.filter((_, index) => !dropped.includes(index)).map((rule) => [rule.id, rule]));
    for (const rule of next.filter((_, index) => taken.includes(index))) byId.set(rule.id, rule);
    return isTurned ? [...byId.values()].reverse() : [...byId.values()];
  };
  return {
    ...before,
    ...other,
    rules: mixed(before.rules, from.rules),
    layered: mixed(before.layered, from.layered),
  };
}

function filesOf({ rules, layered, tenant, byDefault, combining, isGranted }: Set): PolicyFiles {
  const lines = (some: readonly WrittenRule[]) =>
    some.map((rule) => `  - ${JSON.stringify(rule)}\n`).join('');
  // Compiling schemas takes longer than all the rest.
  const capabilities = isGranted ? CAPABILITIES : { mail: { tools: ['mail.send', 'mail.read', 'pay'] } };
  const own = layered.map((rule) => ({ ...rule, id: `layer.${rule.id}`, overrides: [] }));
  return {
    'policies.yaml': `default: ${byDefault}\ncombining: ${combining}\nrules:\n${lines(rules)}tests: []\n`,
    'capabilities.yaml': JSON.stringify({ capabilities }),
    ...(combining === 'strongest' && {
      'layers/one.yaml': `layer: tenant\ntenant_id: ${tenant}\nrules:\n${lines(own)}`,
    }),
  };
}

const AGENTS = [{ agent_id: 'a-1', agent_name: 'a', tenant_id: 'acme' }];

describe('CompileMemo', () => {
  it('changes nothing of what is said of a bundle that was read after others', () => {
    fc.assert(
      fc.property(set, fc.array(change, { maxLength: 5 }), fc.nat(40), (first, changes, maxPairs) => {
        const memo = new CompileMemo();
        let now = first;
        for (const next of [undefined, ...changes]) {
          if (next !== undefined) now = changed(now, next);
          const scope = { agents: AGENTS, maxPairs };
          const [read, plain] = [
            compileBundle(filesOf(now), { ...scope, memo }),
            compileBundle(filesOf(now), scope),
          ];
          expect(read.problems).toEqual(plain.problems);
          expect(read.warnings).toEqual(plain.warnings);
          expect(read.bundle?.version).toBe(plain.bundle?.version);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('sees that rules have another order, or an order at all, although they are the same', () => {
    const memo = new CompileMemo();
    const rules = [
      '  - { id: all, match: { tool_name: "*" }, action: allow }\n',
      '  - { id: pay, match: { tool_name: pay }, action: allow }\n',
    ];
    const warned = (lines: readonly string[], combining = 'first_match') => {
      const files = { 'policies.yaml': `combining: ${combining}\nrules:\n${lines.join('')}` };
      const { warnings = [] } = compileBundle(files, { memo });
      return warnings.flatMap(({ code, rule_ids = [] }) => (code === 'unreachable' ? [rule_ids[0]] : []));
    };
    expect(warned(rules, 'strongest')).toEqual([]);
    expect(warned(rules)).toEqual(['pay']);
    expect(warned(rules.toReversed())).toEqual([]);
  });

  it('lets a rule with a layer of its own into no file of a layer, although it was read before', () => {
    const memo = new CompileMemo();
    const rule = '  - { id: a, layer: { kind: tenant, tenant_id: acme }, action: block }\n';
    const flat = { 'policies.yaml': `rules:\n${rule}` };
    const layered = {
      'policies.yaml': 'rules:\n  - { id: b, action: allow }\n',
      'layers/acme.yaml': `layer: tenant\ntenant_id: acme\nrules:\n${rule}`,
    };
    expect(compileBundle(flat, { memo }).problems).toBeUndefined();
    expect(compileBundle(layered, { memo }).problems).toMatchObject([{ pointer: '/rules/0/layer', line: 4 }]);
  });
});
