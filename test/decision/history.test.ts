import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryFact } from '../../src/decision/facts.ts';
import { dataFlowOf } from '../../src/decision/past-steps.ts';
import { PlanHistory } from '../../src/decision/plan-history.ts';
import { compileQuery } from '../../src/policy/history.ts';
import { bundleOf, decidePlan, factsFor, planOf } from './deciding.ts';

const CAPABILITIES = JSON.stringify({
  capabilities: {
    cap_mail: { tools: ['send_email', { name: 'vault.read', sensitivity_level: 'high' }] },
    cap_pay: { tools: ['pay'] },
  },
});
const ALLOW = { id: 'allow', action: 'allow' };
const LEAK = {
  id: 'leak',
  match: { tool_name: 'send_email' },
  history: [{ within: 'session', sensitivity_level: { gte: 'high' } }],
  action: 'block',
  reason: 'secret_read_before',
};
const NEW_PAYEES = {
  id: 'new_payees',
  match: { tool_name: 'pay' },
  history: [
    { within: 'agent', window: '30d', tool_name: 'pay', same: '/payee', count: { eq: 0 } },
    { within: 'agent', window: '1h', tool_name: 'pay', new: '/payee', count: { gte: 2 } },
  ],
  action: 'block',
  reason: 'third_new_payee',
};
const bundle = bundleOf(JSON.stringify({ rules: [ALLOW, LEAK, NEW_PAYEES] }), CAPABILITIES);
const [LEAK_QUERY] = bundle.historyOf('send_email');
const [SAME_QUERY, NEW_QUERY] = bundle.historyOf('pay');

type Step = { id: string; tool: string; payee?: unknown; after?: string[] };

function planWith(steps: Step[]) {
  return planOf({
    agent: { agent_id: 'agent-finance-01' },
    session_id: 'se-1',
    provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
    steps: steps.map(({ id, tool, payee, after = [] }) => ({
      step_id: id,
      tool_name: tool,
      arguments: payee === undefined ? {} : { payee },
      depends_on: after,
    })),
  });
}

/** What comes of the steps, when each finds the same past of other plans. */
function decided(steps: Step[], { leak = 0, same = 0, fresh = 0 }: Record<string, HistoryFact> = {}) {
  const plan = planWith(steps);
  const answers = {
    [LEAK_QUERY?.key ?? '']: leak,
    [SAME_QUERY?.key ?? '']: same,
    [NEW_QUERY?.key ?? '']: fresh,
  };
  const history = Object.fromEntries(steps.map(({ id }) => [id, answers]));
  const decision = decidePlan(plan, factsFor(plan, bundle, { history }), bundle);
  return decision.steps.map(({ step_id, decision: word, matched_rules }) => {
    const rule = matched_rules.find(({ effect }) => effect === 'block');
    return `${step_id} ${word}${rule?.doubt === undefined ? '' : ' in doubt'}`;
  });
}

const PAY = (id: string, payee: unknown, ...after: string[]) => ({ id, tool: 'pay', payee, after });

describe('the past of a step', () => {
  it.each([
    ['nothing came before', [{ id: 'm', tool: 'send_email' }], {}, ['m allow']],
    ['a secret was read in another plan', [{ id: 'm', tool: 'send_email' }], { leak: 1 }, ['m block']],
    ['nobody knows', [{ id: 'm', tool: 'send_email' }], { leak: null }, ['m block in doubt']],
    ['perhaps one was read', [{ id: 'm', tool: 'send_email' }], { leak: [0, 1] }, ['m block in doubt']],
    [
      'a secret is read first in the same plan',
      [
        { id: 'v', tool: 'vault.read' },
        { id: 'm', tool: 'send_email', after: ['v'] },
      ],
      {},
      ['v allow', 'm block'],
    ],
    [
      'a secret is read at any time in the same plan',
      [
        { id: 'm', tool: 'send_email' },
        { id: 'v', tool: 'vault.read' },
      ],
      {},
      ['m block in doubt', 'v allow'],
    ],
    [
      'a secret is read afterwards in the same plan',
      [
        { id: 'm', tool: 'send_email' },
        { id: 'v', tool: 'vault.read', after: ['m'] },
      ],
      {},
      ['m allow', 'v allow'],
    ],
    ['the third new payee', [PAY('p', 'C')], { fresh: 2 }, ['p block']],
    ['the second new payee', [PAY('p', 'C')], { fresh: 1 }, ['p allow']],
    ['an old payee after two new ones', [PAY('p', 'C')], { same: 4, fresh: 2 }, ['p allow']],
    [
      'three new payees in one plan, in order',
      [PAY('a', 'A'), PAY('b', 'B', 'a'), PAY('c', 'C', 'b')],
      {},
      ['a allow', 'b allow', 'c block'],
    ],
    [
      'two new payees in one plan, one of them twice',
      [PAY('a', 'A'), PAY('b', 'B', 'a'), PAY('c', 'B', 'b')],
      {},
      ['a allow', 'b allow', 'c allow'],
    ],
    [
      'three new payees in one plan, in any order',
      [PAY('a', 'A'), PAY('b', 'B'), PAY('c', 'C')],
      {},
      ['a block in doubt', 'b block in doubt', 'c block in doubt'],
    ],
    ['two new payees in one plan, in any order', [PAY('a', 'A'), PAY('b', 'B')], {}, ['a allow', 'b allow']],
    [
      'a payee that another step names',
      [{ id: 'v', tool: 'vault.read' }, PAY('p', { $from: 'v', path: '' })],
      { fresh: 2 },
      ['v allow', 'p block in doubt'],
    ],
  ] as const)('%s', (_what, steps, past, expected) => {
    expect(decided(steps as unknown as Step[], past as Record<string, HistoryFact>)).toEqual(expected);
  });

  it('says what was in doubt', () => {
    const plan = planWith([
      { id: 'm', tool: 'send_email' },
      { id: 'v', tool: 'vault.read' },
    ]);
    const history = { m: { [LEAK_QUERY?.key ?? '']: 0 } };
    const { explanation } = decidePlan(plan, factsFor(plan, bundle, { history }), bundle);
    expect(explanation.summary).toContain('it was 0 at least and 1 at most');
  });

  it('is in doubt, and says so, where the facts do not speak of it', () => {
    const plan = planWith([{ id: 'm', tool: 'send_email' }]);
    const decision = decidePlan(plan, factsFor(plan, bundle), bundle);
    expect(decision).toMatchObject({ decision: 'block', reason: 'secret_read_before' });
    const policy = decision.stages.find(({ stage }) => stage === 'policy');
    expect(policy?.result.steps).toMatchObject([{ lacks_history: true }]);
  });
});

/** A plan of steps that need only earlier ones of the list, shuffled by nothing: the list is one order of many. */
const anySteps = fc
  .array(
    fc.record({
      tool: fc.constantFrom('pay', 'pay', 'send_email'),
      payee: fc.constantFrom('A', 'B', undefined),
      needs: fc.array(fc.nat(5), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((steps) =>
    steps.map(({ needs, ...step }, index) => ({
      ...step,
      id: `s${index}`,
      after: [...new Set(needs.filter((need) => need < index).map((need) => `s${need}`))],
    })),
  );

/** Every order in which the steps may run. */
function ordersOf(steps: readonly { id: string; after: string[] }[], done: string[] = []): string[][] {
  if (done.length === steps.length) return [done];
  return steps
    .filter(({ id, after }) => !done.includes(id) && after.every((need) => done.includes(need)))
    .flatMap(({ id }) => ordersOf(steps, [...done, id]));
}

type Made = { id: string; tool: string; payee: string | undefined; after: string[] };

/** How many steps count before one, in each order in which the steps may run. */
function countsOf(steps: Made[], at: number, kind: 'same' | 'new'): number[] {
  const payeeOf = (id: string) => {
    const step = steps.find((each) => each.id === id);
    return step?.tool === 'pay' ? step.payee : undefined;
  };
  return ordersOf(steps).map((order) => {
    const before = order.slice(0, order.indexOf(`s${at}`)).flatMap((id) => payeeOf(id) ?? []);
    return kind === 'new'
      ? new Set(before).size
      : before.filter((payee) => payee === steps[at]?.payee).length;
  });
}

describe('the steps of a plan itself', () => {
  const asked = { within: 'agent', window: '1h', tool_name: ['pay'], decision: ['allow'] } as const;
  const content = { ...asked, tool_name: ['pay'], decision: ['allow' as const] };
  const same = compileQuery({ ...content, same: ['/payee'] });
  const fresh = compileQuery({ ...content, new: ['/payee'] });

  function counted(steps: Step[], at: number, query: typeof same) {
    const plan = planWith(steps);
    const none = { [query.key]: 0, ...(query.seenBefore && { [query.seenBefore.key]: 0 }) };
    const facts = factsFor(plan, bundle, { history: Object.fromEntries(steps.map(({ id }) => [id, none])) });
    const flow = dataFlowOf({ ...plan, facts, bundle });
    return new PlanHistory({ ...plan, facts, bundle, flow }).of(at).countOf(query);
  }

  it('count as often as in the order with fewest and in that with most', () => {
    fc.assert(
      fc.property(anySteps, fc.nat(4), (steps, pick) => {
        const at = pick % steps.length;
        fc.pre(steps[at]?.payee !== undefined);
        const counts = countsOf(steps, at, 'same');
        expect(counted(steps as Step[], at, same)).toEqual({
          least: Math.min(...counts),
          most: Math.max(...counts),
        });
      }),
    );
  });

  it('are new never more surely than in every order', () => {
    fc.assert(
      fc.property(anySteps, fc.nat(4), (steps, pick) => {
        const at = pick % steps.length;
        const counts = countsOf(steps, at, 'new');
        const found = counted(steps as Step[], at, fresh);
        expect(found?.least).toBeLessThanOrEqual(Math.min(...counts));
        expect(found?.most).toBeGreaterThanOrEqual(Math.max(...counts));
        // Where everything is in order there is one order, and no doubt.
        if (counts.length === 1) expect(found).toEqual({ least: counts[0], most: counts[0] });
      }),
    );
  });
});

describe('the past of a step whose arguments a rule changes', () => {
  const ONCE = {
    id: 'once',
    match: { tool_name: 'pay' },
    history: [{ within: 'agent', window: '1h', tool_name: 'pay', same: '/payee', count: { gte: 1 } }],
    action: 'block',
  };
  const decideWith = (set: object) => {
    const changed = bundleOf(
      JSON.stringify({ rules: [{ ...ALLOW, obligations: [{ set }] }, ONCE] }),
      CAPABILITIES,
    );
    const plan = planWith([{ id: 'p', tool: 'pay', payee: 'A' }]);
    const [query] = changed.historyOf('pay');
    const history = { p: { [query?.key ?? '']: 0 } };
    const { decision, reason } = decidePlan(plan, factsFor(plan, changed, { history }), changed);
    return `${decision} ${reason}`;
  };

  it('is not known of a value that the rule put there', () => {
    expect(decideWith({ '/payee': 'B' })).toBe('block obligation_conflict');
  });

  it('is known of what stays as it was', () => {
    expect(decideWith({ '/payee': 'A' })).toBe('allow allowed');
    expect(decideWith({ '/memo': 'paid by rule' })).toBe('allow allowed');
  });
});
