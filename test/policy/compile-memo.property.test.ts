import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileBundle } from '../../src/policy/compile.ts';
import { CompileMemo } from '../../src/policy/compile-memo.ts';
import { change, changed, filesOf, written } from './changing-bundle.ts';

const AGENTS = [{ agent_id: 'a-1', agent_name: 'a', tenant_id: 'acme' }];

describe('CompileMemo', () => {
  it('changes nothing of what is said of a bundle that was read after others', () => {
    fc.assert(
      fc.property(written, fc.array(change, { maxLength: 5 }), fc.nat(40), (first, changes, maxPairs) => {
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
