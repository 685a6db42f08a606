import type { HistoryFact } from '../../src/decision/facts.ts';
import type { PastPlan } from '../../src/history/history-ledger.ts';
import type { HistoryQuery, HistorySubject, PastStep } from '../../src/policy/past.ts';

const SCOPES = { trace: 'trace_id', session: 'session_id', agent: 'agent_id' } as const;

/** What a step has at one argument, as text; nothing where it has none, and `?` where another step provides it. */
export function payeeOf({ arguments: { payee }, unknown_pointers }: PastStep): string | undefined {
  if (unknown_pointers.includes('/payee')) return '?';
  return payee === undefined ? undefined : JSON.stringify(payee);
}

/**
 * The answer to a question of one step by going through everything that ever was, for questions about the argument
 * `payee`: each time from the start, with nothing remembered.
 */
export function naiveFact(
  plans: readonly PastPlan[],
  query: HistoryQuery,
  subject: HistorySubject,
  step: PastStep,
  nowMs: number,
): HistoryFact {
  const scope = scopeOf(query, subject);
  const mine = query.same.length === 0 ? '' : payeeOf(step);
  if (scope === undefined || mine === undefined || mine === '?') return null;
  const steps = plans
    .filter(
      (plan) => scopeOf(query, plan.subject) === scope && query.content.decision.includes(plan.decision),
    )
    .flatMap(({ steps: own, atMs }) =>
      own.map((past) => ({ atMs, payee: payeeOf(past), tool: past.tool_name })),
    )
    .filter(({ tool }) => isAsked(query, tool));
  const found = steps
    .map((past, index) => ({
      ...past,
      counts: both(isLike(query, past, mine), isFresh(query, past, steps.slice(0, index))),
    }))
    .filter(({ atMs, counts }) => atMs > nowMs - query.window_ms && counts !== 'no');
  const least = found.filter(({ counts }) => counts === 'yes').length;
  return least === found.length ? least : [least, found.length];
}

type Met = { payee: string | undefined; atMs: number };
type Answer = 'yes' | 'no' | 'perhaps';

function scopeOf({ content }: HistoryQuery, subject: HistorySubject): string | undefined {
  if (content.within === 'tenant') return subject.tenant_id;
  const own = subject[SCOPES[content.within]];
  return own === undefined ? undefined : `${subject.tenant_id} ${own}`;
}

function isAsked({ content: { tool_name } }: HistoryQuery, tool: string): boolean {
  return !Array.isArray(tool_name) || tool_name.includes(tool);
}

function isLike({ same }: HistoryQuery, { payee }: Met, mine: string): Answer {
  if (same.length === 0 || payee === mine) return 'yes';
  return payee === '?' ? 'perhaps' : 'no';
}

function isFresh(query: HistoryQuery, { payee, atMs }: Met, earlier: readonly Met[]): Answer {
  if (query.new.length === 0) return 'yes';
  if (payee === undefined) return 'no';
  if (payee === '?') return 'perhaps';
  const met = earlier.filter((each) => each.atMs > atMs - 30 * 86_400_000).map((each) => each.payee);
  if (met.includes(payee)) return 'no';
  return met.includes('?') ? 'perhaps' : 'yes';
}

function both(a: Answer, b: Answer): Answer {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'perhaps';
}
