import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePointer, valueAt } from '../../../src/json/pointer.ts';
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

  it.each([
    [{}, true],
    [{ blocked_tools: [] }, true],
    [{ blocked_tools: ['x'] }, false],
    [{ high_risk_tools_mode: 'override' }, false],
  ])('says where the tools that the original always asked for are not asked for: %j', (keys, isSaid) => {
    const { notes } = imported({ rules: [{ tool_name: 'a', action: 'allow' }], ...keys }, 'first_match');
    const said = notes.filter(({ message }) => /restart_service.*high_risk_tools_mode: extend/.test(message));
    expect(said).toHaveLength(isSaid ? 1 : 0);
  });

  it.each<[string, JsonValue, string, string]>([
    ['a key', { version: 2 }, 'left_out /version', '`version` means nothing'],
    ['an empty key', { blocked_tools: null }, 'left_out /blocked_tools', 'is empty'],
    [
      'a key of a rule',
      { rules: [{ tool_name: 'x', action: 'block', owner: 'me' }] },
      'left_out /rules/0/owner',
      '`owner`',
    ],
    [
      'an action in other letters',
      { rules: [{ tool_name: 'x', action: ' Block' }] },
      'changed /rules/0/action',
      'written block',
    ],
    ['an empty reason', { rules: [{ action: 'block', reason: ' ' }] }, 'left_out /rules/0/reason', 'empty'],
    [
      'a long reason',
      { rules: [{ action: 'block', reason: 'x '.repeat(800) }] },
      'changed /rules/0/reason',
      'first 1000 characters',
    ],
    [
      'a reason beside a message',
      { rules: [{ action: 'block', reason: 'A word.', message: 'Another.' }] },
      'left_out /rules/0/reason',
      'a message beside it',
    ],
    [
      'a level that there is not',
      { rules: [{ action: 'block' }, { action: 'allow', sensitivity_level: 'secret' }] },
      'left_out /rules/1',
      'rule 2: there is no sensitivity level "secret"',
    ],
    [
      'such a level in a list',
      { data_classification: { blocked_sensitivity_levels: ['High', 'secret'] } },
      'left_out /data_classification/blocked_sensitivity_levels/1',
      '"secret"',
    ],
    [
      'another classification',
      { data_classification: { labels: [] } },
      'left_out /data_classification/labels',
      '`labels`',
    ],
    [
      'a pattern that allows',
      { rules: [{ tool_name: 'x.*', action: 'allow' }] },
      'left_out /rules/0',
      'would be a pattern',
    ],
    [
      'a pattern that blocks',
      { rules: [{ agent_name: 'x?', action: 'block' }] },
      'stricter /rules/0',
      'is a pattern here',
    ],
    ['a pattern that is monitored', { monitored_tools: ['a', '*'] }, 'left_out /monitored_tools/1', '"*"'],
    ['a pattern that is blocked', { blocked_tools: ['a', 'b*'] }, 'stricter /blocked_tools/1', '"b*"'],
    [
      'a pattern that an agent may use',
      { agents: { x: { allowed_tools: ['*'] } } },
      'left_out /agents/x/allowed_tools/0',
      '"*"',
    ],
    [
      'a pattern of agents',
      { agents: { 'x/*': { allowed_tools: ['a'] } } },
      'left_out /agents/x~1*',
      'no agent can be called that',
    ],
    ['an empty agent', { agents: { x: null } }, 'left_out /agents/x', 'agent x is empty'],
    ['a key of an agent', { agents: { x: { max_calls: 5 } } }, 'left_out /agents/x/max_calls', '`max_calls`'],
    [
      'a rule that is there twice',
      { rules: [{ action: 'block' }, { action: 'block' }] },
      'left_out /rules/1',
      'what one before it says',
    ],
  ])('names %s, at its place', (_what, file, place, words) => {
    const { notes } = imported(file as object, 'strongest');
    const found = notes.filter(({ pointer }) => pointer !== undefined);
    expect(found.map(({ kind, pointer }) => `${kind} ${pointer}`)).toEqual([place]);
    expect(found[0]?.message).toContain(words);
  });

  it('leaves a rule of the form of today as it is, patterns and all', () => {
    const rule = { match: { tool_name: 'x.*' }, action: 'allow', reason: 'fine' };
    const { policies, notes } = imported({ rules: [rule] }, 'first_match');
    expect(policies['rules']).toMatchObject([{ match: { tool_name: ['x.*'] } }]);
    expect(notes.filter(({ pointer }) => pointer !== undefined)).toEqual([]);
  });

  const named = fc.constantFrom('a', 'b', '*', 'c?');
  const names = fc.array(named, { minLength: 1, maxLength: 3 });
  const oddRule = fc.record(
    {
      tool_name: named,
      sensitivity_level: fc.constantFrom('Low', 'secret'),
      action: fc.constantFrom('allow', 'Block'),
      more: fc.constant(1),
    },
    { requiredKeys: ['action'] },
  );
  const oddAgent = fc.option(fc.record({ allowed_tools: names, more: fc.constant(1) }));
  const odd = fc.record(
    {
      rules: fc.array(oddRule, { minLength: 1, maxLength: 5 }),
      blocked_tools: fc.option(names),
      monitored_tools: fc.option(names),
      agents: fc.option(fc.dictionary(named, oddAgent, { minKeys: 1 })),
      version: fc.constant(1),
    },
    { requiredKeys: [] },
  );

  it('names every key of the file: what it became, or that it was left out', () => {
    fc.assert(
      fc.property(odd, (file) => {
        const { keys, notes, policies } = imported(file, 'strongest');
        const places = notes.flatMap(({ pointer }) => pointer ?? []);
        const spoken = [...keys.map(({ key }) => key), ...places.map((place) => place.split('/')[1])];
        expect(spoken).toEqual(expect.arrayContaining(Object.keys(file)));
        for (const place of places)
          expect(valueAt(file as JsonValue, parsePointer(place) ?? [])).toBeDefined();
        const ids = (policies['rules'] as { id: string }[]).map(({ id }) => id);
        expect(keys.flatMap(({ rule_ids }) => rule_ids).toSorted()).toEqual(ids.toSorted());
      }),
      { numRuns: 500 },
    );
  });

  it('allows no tool that the file did not name', () => {
    const ofAgents = (agents: Record<string, { allowed_tools: string[] } | null>) =>
      Object.values(agents).flatMap((agent) => agent?.allowed_tools ?? []);
    let allowed = 0;
    fc.assert(
      fc.property(odd, steps, (file, step) => {
        const rules = (file.rules ?? []).filter(({ action: word }) => word === 'allow');
        const allowing = [
          ...rules.map(({ tool_name = step.tool_name }) => tool_name),
          ...(file.monitored_tools ?? []),
          ...ofAgents(file.agents ?? {}),
        ];
        const { action: now } = compiled(imported(file, 'strongest').policies).evaluate(step);
        if (now === 'allow') allowed += 1;
        if (now === 'allow') expect(allowing).toContain(step.tool_name);
      }),
      { numRuns: 1000 },
    );
    expect(allowed).toBeGreaterThan(20);
  });

  it('counts the pairs that it does not name', () => {
    // Of 20 rules that allow and 20 that block after them, each is about one of two tools: 200 pairs.
    const rules = Array.from({ length: 40 }, (_, index) => ({
      ...{ tool_name: `t${index % 2}`, message: `${index}`, action: index < 20 ? 'allow' : 'block' },
    }));
    const { notes } = imported({ rules, high_risk_tools_mode: 'override' }, 'strongest');
    const pairs = notes.filter(({ rule_ids }) => rule_ids !== undefined);
    expect(pairs).toHaveLength(100);
    expect(notes.map(({ message }) => message)).toContainEqual(expect.stringMatching(/100 more pairs/));
  });

  it('points at the file where it cannot be read, whatever was taken out before', () => {
    const file = {
      rules: [{ tool_name: '*', action: 'allow' }, { action: 'deny' }],
      monitored_tools: ['*', 5],
    };
    expect(importOriginal(file as JsonValue, 'strongest').issues?.map(({ pointer }) => pointer)).toEqual([
      '/rules/1/action',
      '/monitored_tools/1',
    ]);
  });

  it.each([[[]], [['a']], ['text'], [5], [null]])('is nothing of %j, which is no policy file', (file) => {
    expect(importOriginal(file as JsonValue, 'strongest').issues).toMatchObject([{ pointer: '' }]);
  });

  it('says what cannot be read, with its place', () => {
    expect(importOriginal({ rules: [{ action: 'deny' }] }, 'strongest').issues).toMatchObject([
      { pointer: '/rules/0/action' },
    ]);
  });
});
