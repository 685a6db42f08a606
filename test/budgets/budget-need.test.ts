import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Budget } from '../../src/budgets/budget.ts';
import {
  type BudgetSubject,
  budgetNeed,
  type CountedBudget,
  countBudgets,
} from '../../src/budgets/budget-need.ts';

const NOW = Date.UTC(2026, 10, 2, 9, 14);
const BUDGET: Budget = { id: 'b', metric: 'usd', limit: 10, window: 'day', per: 'agent', on_exceed: 'block' };
const SUBJECT: BudgetSubject = { tenant_id: 'acme', agent_id: 'a', session_id: 's', trace_id: 't' };

function counted(over: Partial<Budget> = {}): CountedBudget {
  const budget = { ...BUDGET, ...over };
  const found = countBudgets([budget]).get(budget.id);
  if (found === undefined) throw new Error('the budget is not there');
  return found;
}

describe('countBudgets', () => {
  it('turns limits into integers', () => {
    expect(counted({ limit: 0.1 }).limit_units).toBe(100_000);
    expect(counted({ metric: 'tokens', limit: 900 }).limit_units).toBe(900);
  });

  it.each([
    ['two of one id', [BUDGET, { ...BUDGET, limit: 1 }]],
    ['a limit finer than a micro-unit', [{ ...BUDGET, limit: 0.1234567 }]],
    ['half a token', [{ ...BUDGET, metric: 'tokens' as const, limit: 0.5 }]],
    ['more than fits', [{ ...BUDGET, limit: 1e12 }]],
  ])('refuses %s', (_, budgets) => {
    expect(() => countBudgets(budgets)).toThrow(expect.objectContaining({ code: 'invalid_budget' }));
  });
});

describe('budgetNeed', () => {
  it.each([
    ['agent', 'b|acme/a|2026-11-02T00:00:00.000Z'],
    ['tenant', 'b|acme|2026-11-02T00:00:00.000Z'],
    ['session', 'b|acme/s|2026-11-02T00:00:00.000Z'],
    ['trace', 'b|acme/t|2026-11-02T00:00:00.000Z'],
    ['shared', 'b|*|2026-11-02T00:00:00.000Z'],
  ] as const)('per %s names the counter %s', (per, key) => {
    expect(budgetNeed(counted({ per }), SUBJECT, NOW)).toEqual({
      budget_id: 'b',
      key,
      metric: 'usd',
      limit: 10_000_000,
      on_exceed: 'block',
      window_ends_at: '2026-11-03T00:00:00.000Z',
    });
  });

  it('counts by agent where there is no session, apart from a session of that name', () => {
    const { session_id: _, ...subject } = SUBJECT;
    const without = budgetNeed(counted({ per: 'session' }), subject, NOW);
    const named = budgetNeed(counted({ per: 'session' }), { ...subject, session_id: 'a' }, NOW);
    expect(without.key).toContain('acme/agent/a');
    expect(named.key).not.toBe(without.key);
    const tricky = budgetNeed(counted({ per: 'session' }), { ...subject, session_id: 'agent/a' }, NOW);
    expect(tricky.key).not.toBe(without.key);
  });

  it('never gives two subjects one counter, whatever their ids are made of', () => {
    const id = fc.string({
      unit: fc.constantFrom('a', '/', '|', '%', '2', 'f', '*', 'é'),
      minLength: 1,
      maxLength: 4,
    });
    const pair = fc.tuple(id, id, id);
    fc.assert(
      fc.property(pair, pair, ([budget, tenant, agent], [budget2, tenant2, agent2]) => {
        const keyOf = (ids: string[]): string => {
          const [one = '', two = '', three = ''] = ids;
          return budgetNeed(counted({ id: one }), { tenant_id: two, agent_id: three, trace_id: 't' }, NOW)
            .key;
        };
        const isSame = budget === budget2 && tenant === tenant2 && agent === agent2;
        expect(keyOf([budget, tenant, agent]) === keyOf([budget2, tenant2, agent2])).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps shared apart from a tenant that is called *', () => {
    const shared = budgetNeed(counted({ per: 'shared' }), SUBJECT, NOW).key;
    expect(budgetNeed(counted({ per: 'tenant' }), { ...SUBJECT, tenant_id: '*' }, NOW).key).not.toBe(shared);
  });
});
