import { describe, expect, it } from 'vitest';
import { bundleOf, decidePlan, type FactOverrides, factsFor, planOf } from './deciding.ts';

const bundle = bundleOf(
  `
rules:
  - { id: read.any, match: { tool_name: "r*" }, action: allow }
  - { id: pay.small, match: { tool_name: pay }, args: { amount: { lte: 1000 } }, action: allow }
  - id: pay.large
    match: { tool_name: pay }
    args: { amount: { gt: 1000 } }
    action: require_approval
    message: Payments over 1,000 need approval
  - { id: mail.out, match: { tool_name: send_email }, args: { to: { not_in_domains: [acme.example] } }, action: block }
  - { id: drop.doubt, match: { tool_name: drop }, args: { size: { gt: 5 } }, action: block, reason: no_drop, message: Too large }
  - { id: drop.sure, match: { tool_name: drop }, action: block, reason: no_drop, message: Nothing is dropped }
  - { id: stop.hard, match: { tool_name: stop }, action: block, message: Never, overridable: true }
  - { id: stop.asked, match: { tool_name: stop }, action: require_approval, message: Ask first }
  - { id: stop.eased, match: { tool_name: stop }, action: allow, overrides: [stop.hard] }
  - { id: lend.reasoned, match: { tool_name: lend }, args: { why: { starts_with: ok } }, action: allow }
  - { id: refund, match: { tool_name: refund }, action: allow, obligations: [{ cap: { /amount: 5 } }] }
  - { id: acme.sign, layer: { kind: tenant, tenant_id: acme-corp }, match: { tool_name: sign }, action: allow }
  - { id: acme.seal, layer: { kind: tenant, tenant_id: acme-corp }, match: { tool_name: seal }, action: block, message: No seals }
`,
  'capabilities: { cap_pay: { description: Pay, risk: low, tools: [pay, lend, read, send_email, refund, drop, stop, sign, seal, "r\u0435ad"] } }',
);

function summaryOf(steps: object[], facts: FactOverrides = {}): string {
  const plan = planOf({
    agent: { agent_id: 'agent-finance-01' },
    provenance: [{ source_type: 'user_prompt', trust_level: 'trusted' }],
    steps,
  });
  return decidePlan(plan, factsFor(plan, bundle, facts), bundle).explanation.summary;
}

const pay = (amount: unknown) => ({ tool_name: 'pay', arguments: { amount } });
const READ = { tool_name: 'read' };
const budget = {
  budget_id: 'b',
  key: 'k',
  metric: 'usd',
  limit: 1_500_000,
  used: 1_000_000,
  reserved: 250_000,
};

describe('the summary of a decision', () => {
  it.each<[string, object[], FactOverrides, string]>([
    ['an allow', [READ], {}, 'agent-finance-01 may run read: every control allowed it.'],
    [
      'a rule with a message, and the steps it is about',
      [pay(5), pay(2_000), READ],
      {},
      'Waiting for approval, as policy asks: agent-finance-01 wants to run pay (1 of 3 steps). Payments over 1,000 need approval.',
    ],
    [
      'an allow that is in doubt',
      [{ tool_name: 'pay' }],
      {},
      'Waiting for approval, as policy asks: agent-finance-01 wants to run pay. Payments over 1,000 need approval. In doubt: args./amount gt 1000: the argument is missing.',
    ],
    [
      'an allow that would have helped, had it not been in doubt',
      [{ tool_name: 'lend', arguments: { why: 5 } }],
      {},
      'Blocked by policy: agent-finance-01 wants to run lend. No policy rule matched, and the bundle blocks by default. Rule lend.reasoned would allow it, but is in doubt: args./why starts_with ok: it is a number, not a string.',
    ],
    [
      'a rule of a layer, with whose it is',
      [{ tool_name: 'seal' }],
      {},
      'Blocked by policy: agent-finance-01 wants to run seal. No seals. (Rule acme.seal of tenant acme-corp.)',
    ],
    [
      'a rule of a layer that the default outranks',
      [{ tool_name: 'sign' }],
      {},
      "Blocked by policy: agent-finance-01 wants to run sign. Rule acme.sign of tenant acme-corp allows, but the bundle's default blocks and is not marked overridable.",
    ],
    [
      'a rule without message or reason by its id',
      [{ tool_name: 'send_email', arguments: { to: 'x@evil.example' } }],
      {},
      'Blocked by policy: agent-finance-01 wants to run send_email. Rule mail.out matched.',
    ],
    [
      'what was in doubt',
      [pay('2')],
      {},
      'Waiting for approval, as policy asks: agent-finance-01 wants to run pay. Payments over 1,000 need approval. In doubt: args./amount gt 1000: it is a string, not a number.',
    ],
    [
      'a rule that matched for sure before one that was in doubt',
      [{ tool_name: 'drop', arguments: { size: '9' } }],
      {},
      'Blocked by policy: agent-finance-01 wants to run drop. Nothing is dropped.',
    ],
    [
      'the rule that decided and no overridden one',
      [{ tool_name: 'stop' }],
      {},
      'Waiting for approval, as policy asks: agent-finance-01 wants to run stop. Ask first.',
    ],
    [
      'a cap that cannot be met',
      [{ tool_name: 'refund', arguments: { amount: '9' } }],
      {},
      'Blocked by policy: agent-finance-01 wants to run refund. Argument /amount must be a number, because a rule caps it at 5.',
    ],
    [
      'the budget, with its figures',
      [{ ...READ, estimated_cost: { usd: 0.3 } }],
      { budgets: [{ ...budget, on_exceed: 'block' } as never] },
      'Blocked by a budget: agent-finance-01 wants to run read. Budget b has 0.25 USD left of 1.5 USD, and the plan needs 0.3 USD.',
    ],
    [
      'a budget that asks',
      [READ, READ],
      {
        budgets: [
          {
            ...budget,
            metric: 'tool_calls',
            limit: 12_000,
            used: 11_999,
            reserved: 0,
            on_exceed: 'require_approval',
          } as never,
        ],
      },
      'Waiting for approval, as a budget asks: agent-finance-01 wants to run read (2 of 2 steps). Budget b has 1 tool call left of 12,000 tool calls, and the plan needs 2 tool calls.',
    ],
    [
      'a budget that is not there',
      [READ],
      { unknown_budgets: ['ghost'] },
      'Blocked by a budget: agent-finance-01 wants to run read. Budget ghost is not defined.',
    ],
    [
      'who is not known',
      [READ],
      { agent: null },
      'Blocked by agent identity: agent-finance-01 wants to run read. No agent "agent-finance-01" is registered in this tenant.',
    ],
    [
      'letters that only look plain',
      [{ tool_name: 'r\u0435\u0430d' }],
      {},
      'Blocked by capabilities: agent-finance-01 wants to run r\\u{435}\\u{430}d. The tool is in no capability of the agent.',
    ],
  ])('names %s', (_what, steps, facts, summary) => {
    expect(summaryOf(steps, facts)).toBe(summary);
  });
});
