import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/json/value.ts';
import { importOriginal } from '../../../src/policy/analysis/import-original.ts';
import type { Bundle } from '../../../src/policy/bundle.ts';
import { compileBundleContent } from '../../../src/policy/compile.ts';
import { stepView } from '../step-view.ts';

const tool = fc.constantFrom('a', 'b', 'c', 'shell_exec');
const tools = fc.uniqueArray(tool, { maxLength: 3 });
const agent = fc.constantFrom('x', 'y');
const level = fc.constantFrom('low', 'medium', 'high', 'critical');
const action = fc.constantFrom('allow', 'block', 'require_approval');

const originals = fc.record(
  {
    rules: fc.uniqueArray(
      fc.record(
        { tool_name: tool, agent_name: agent, sensitivity_level: level, action },
        { requiredKeys: ['action'] },
      ),
      { maxLength: 4, selector: (rule) => JSON.stringify(rule) },
    ),
    blocked_tools: tools,
    monitored_tools: tools,
    high_risk_tools: tools,
    high_risk_tools_mode: fc.constantFrom('extend', 'override'),
    dangerous_argument_patterns: fc.constant(['rm -rf']),
    data_classification: fc.record({ blocked_sensitivity_levels: fc.uniqueArray(level, { maxLength: 2 }) }),
    agents: fc.dictionary(
      agent,
      fc.record({ allowed_tools: tools, approval_required_tools: tools }, { requiredKeys: [] }),
    ),
    default: action,
  },
  { requiredKeys: ['rules'] },
);

const steps = fc
  .record({
    tool_name: tool,
    agent_name: agent,
    sensitivity_level: level,
    note: fc.constantFrom('hi', 'rm -rf /'),
  })
  .map(({ note, ...given }) => stepView({ ...given, arguments: { note } }));

function imported(file: object, combining: 'strongest' | 'first_match') {
  const { imported: found, issues } = importOriginal(file as JsonValue, combining);
  if (found === undefined) throw new Error(JSON.stringify(issues));
  return found;
}

/** So that a file without a rule is a bundle. */
const GRANTED = { c: { tools: ['a'] } };

function compiled(content: object): Bundle {
  const { bundle, problems } = compileBundleContent({ capabilities: GRANTED, ...content } as JsonObject);
  if (bundle === undefined) throw new Error(JSON.stringify(problems));
  return bundle;
}

const STRENGTH = { allow: 0, require_approval: 1, block: 2 };

describe('what is imported', () => {
  it('is the same bundle that the file itself is, under either way to combine', () => {
    fc.assert(
      fc.property(
        originals,
        fc.constantFrom('strongest' as const, 'first_match' as const),
        (file, combining) => {
          const { policies } = imported(file, combining);
          expect(compiled(policies).version).toBe(compiled({ ...file, combining }).version);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is looser nowhere, and where it is stricter one of the pairs that were named says why', () => {
    fc.assert(
      fc.property(originals, steps, (file, step) => {
        const { policies, notes } = imported(file, 'strongest');
        const now = compiled(policies).evaluate(step);
        const original = compiled({ ...file, combining: 'first_match' }).evaluate(step);
        expect(STRENGTH[now.action]).toBeGreaterThanOrEqual(STRENGTH[original.action]);
        if (now.action === original.action) return;
        const was = original.matched[0]?.id ?? '';
        const winners = now.matched.map(({ id }) => id);
        const named = notes.filter(
          ({ rule_ids = [] }) => rule_ids[0] === was && winners.includes(rule_ids[1] ?? ''),
        );
        expect(named.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves out what means nothing here, and says so', () => {
    const { policies, notes } = imported(
      { rules: [{ action: 'allow', reason: 'It is fine.' }], rate_limits: {} },
      'first_match',
    );
    expect(policies['rules']).toMatchObject([{ message: 'It is fine.', action: 'allow' }]);
    expect(notes.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['left_out', 'changed', 'stricter']),
    );
    expect(notes.map(({ message }) => message).join('\n')).toMatch(/`rate_limits`[\s\S]*`default: allow`/);
  });

  it('says what cannot be read, with its place', () => {
    expect(importOriginal({ rules: [{ action: 'deny' }] }, 'strongest').issues).toMatchObject([
      { pointer: '/rules/0/action' },
    ]);
  });
});
