import { describe, expect, it } from 'vitest';
import { loadPolicySet } from '../../src/bundles/load-policy-set.ts';
import { checkedSet } from '../../src/bundles/policy-loader.ts';
import { judgeTests } from '../../src/bundles/policy-tests.ts';
import { STAGE_NAMES } from '../../src/decision/stage.ts';
import { createTestRunner } from '../../src/evaluation/test-runner.ts';
import { createGuard } from '../../src/guard/guard.ts';
import { CONTROLS } from '../../src/policy/test-schema.ts';

const runTest = createTestRunner(createGuard());
const OTHERS = {
  'capabilities.yaml':
    'capabilities: { c: { tools: [free, { name: pay, parameters: { type: object, properties: { amount: { type: number } }, additionalProperties: false } }] } }',
  'agents.yaml':
    'agents: [{ agent_id: a1, agent_name: a1n, tenant_id: t1, capabilities: [c], budgets: [b] }, { agent_id: a2, tenant_id: t1 }]',
  'budgets.yaml': 'budgets: [{ id: b, metric: usd, limit: 1, window: day, per: agent, on_exceed: block }]',
};

/** A policies.yaml with one test on a line of its own, and what becomes of it. */
function report(test: string) {
  const text = `rules:\n  - { id: g, tool_name: free, action: allow }\n  - { id: p, tool_name: pay, action: block }\ntests:\n  - ${test.replace('§', '')}\n`;
  const files = { ...OTHERS, 'policies.yaml': text };
  const { set, problems } = loadPolicySet(files);
  if (set === undefined) throw new Error(JSON.stringify(problems));
  const lines = ({ line, column, pointer, message, hint }: (typeof set.warnings)[number]) =>
    `${line}:${column} ${pointer} ${message}${hint === undefined ? '' : ` (${hint})`}`;
  const { failed, warnings } = judgeTests(set, files, runTest);
  return {
    failed: failed.map(lines),
    warnings: warnings.map(lines),
    place: `5:${test.indexOf('§') + 5}`,
    files,
  };
}

const plan = (agent: string, steps: string, rest = '') =>
  `plan: { agent: { ${agent} }, steps: [${steps}]${rest} }`;
const A1 = 'agent_id: a1, tenant_id: t1';

describe('a test that passes, and not by a rule', () => {
  it.each([
    [
      'an agent that nobody has',
      `{ name: t, ${plan('§agent_id: a9, tenant_id: t1', '{ tool_name: pay, arguments: {} }')}, expect: block }`,
      '/tests/0/plan/agent/agent_id test "t" gets its block from identity (unknown_agent) and not from a rule; where that is meant, say `control: identity` or `reason: unknown_agent`: agents.yaml has no agent a9 (did you mean a1?)',
    ],
    [
      'a tool that nothing grants',
      `{ name: t, ${plan(A1, '{ §tool_name: payy, arguments: {} }')}, expect: block }`,
      '/tests/0/plan/steps/0/tool_name test "t" gets its block from capability (capability_not_granted) and not from a rule; where that is meant, say `control: capability` or `reason: capability_not_granted`: no capability grants a tool payy (did you mean pay?)',
    ],
    [
      'a tool that the agent has not',
      `§{ name: t, ${plan('agent_id: a2, tenant_id: t1', '{ tool_name: pay, arguments: {} }')}, expect: block }`,
      '/tests/0 test "t" gets its block from capability (capability_not_granted) and not from a rule; where that is meant, say `control: capability` or `reason: capability_not_granted`',
    ],
    [
      'arguments that do not fit',
      `§{ name: t, ${plan(A1, '{ tool_name: pay, arguments: { amuont: 5 } }')}, expect: block }`,
      '/tests/0 test "t" gets its block from capability (invalid_arguments) and not from a rule; where that is meant, say `control: capability` or `reason: invalid_arguments`',
    ],
    [
      'a budget',
      `§{ name: t, ${plan(A1, '{ tool_name: free, arguments: {}, estimated_cost: { usd: 5 } }')}, expect: block }`,
      '/tests/0 test "t" gets its block from budget (budget_exceeded) and not from a rule; where that is meant, say `control: budget` or `reason: budget_exceeded`',
    ],
    [
      'the shorthand of an agent that nobody has',
      '{ name: t, plan: { §agent_name: a1m, tool_name: pay }, expect: block }',
      '/tests/0/plan/agent_name test "t" gets its block from identity (unknown_agent) and not from a rule; where that is meant, say `control: identity` or `reason: unknown_agent`: agents.yaml has no agent with the name a1m (did you mean a1n?)',
    ],
  ])('is told: %s', (_, test, expected) => {
    const { failed, warnings, place, files } = report(test);
    expect(failed).toEqual([]);
    expect(warnings).toEqual([`${place} ${expected}`]);
    expect(checkedSet(files, runTest).set?.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('and not from a rule'),
    );
  });

  it.each([
    ['a rule', `{ name: t, ${plan(A1, '{ tool_name: pay, arguments: {} }')}, expect: block }`],
    ['an allow', `{ name: t, ${plan(A1, '{ tool_name: free, arguments: {} }')}, expect: allow }`],
    [
      'a control that is meant',
      `{ name: t, ${plan('agent_id: a9, tenant_id: t1', '{ tool_name: pay, arguments: {} }')}, expect: block, control: identity }`,
    ],
    [
      'a reason that is meant',
      `{ name: t, ${plan('agent_id: a9, tenant_id: t1', '{ tool_name: pay, arguments: {} }')}, expect: block, reason: unknown_agent }`,
    ],
  ])('nothing is said of %s', (_, test) => {
    expect(report(test)).toMatchObject({ failed: [], warnings: [] });
  });
});

describe('a test that fails', () => {
  it.each([
    [
      'by another control than it says',
      `§{ name: t, ${plan(A1, '{ tool_name: pay, arguments: {} }')}, expect: block, control: budget }`,
      '/tests/0 test "t": expected it of the control budget, got it of policy (rule_matched)',
    ],
    [
      'by a name that nothing has',
      `{ name: t, ${plan('§agent_id: a9, tenant_id: t1', '{ tool_name: free, arguments: {} }')}, expect: allow }`,
      '/tests/0/plan/agent/agent_id test "t": expected allow, got block (unknown_agent): agents.yaml has no agent a9 (did you mean a1?)',
    ],
    [
      'by a member of a step that there is not',
      `{ name: t, ${plan(A1, '{ tool_name: free, §argumentz: {} }')}, expect: allow }`,
      '/tests/0/plan/steps/0/argumentz test "t": its plan cannot be decided: unknown key `argumentz` (did you mean `arguments`?)',
    ],
    [
      'by a plan that was decided before',
      `{ name: t, before: [{ agent: { agent_id: a1 }, steps: [{ tool_name: free, §argument: {} }] }], ${plan(A1, '{ tool_name: free }')}, expect: allow }`,
      '/tests/0/before/0/steps/0/argument test "t": its plan cannot be decided: unknown key `argument` (did you mean `arguments`?)',
    ],
    [
      'by an id that stands twice',
      `{ name: t, ${plan(A1, '{ step_id: s, tool_name: free }, { §step_id: s, tool_name: free }')}, expect: allow }`,
      '/tests/0/plan/steps/1/step_id test "t": its plan cannot be decided: the step_id "s" stands twice in this plan',
    ],
  ])('%s', (_, test, expected) => {
    const { failed, place } = report(test);
    expect(failed).toContain(`${place} ${expected}`);
  });

  it('tells all that is wrong with a plan, what is missing among it', () => {
    const { failed } = report(`{ name: t, plan: { agent: { agent_idd: a1 }, stepz: [] }, expect: block }`);
    expect(failed.map((line) => line.replace(/^\S+ /, ''))).toEqual(
      expect.arrayContaining([
        expect.stringContaining('unknown key `stepz` (did you mean `steps`?)'),
        expect.stringContaining('`steps` is missing'),
        expect.stringContaining('unknown key `agent_idd` (did you mean `agent_id`?)'),
      ]),
    );
  });
});

it('knows every control there is', () => {
  expect(CONTROLS).toEqual([...STAGE_NAMES, 'none']);
});
