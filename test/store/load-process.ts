import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { EventDraft } from '../../src/audit/event.ts';
import { LogReader } from '../../src/audit/log-reader.ts';
import { WHOLE_LOG } from '../../src/audit/log-start.ts';
import { openAuditLog } from '../../src/audit/open-audit-log.ts';
import { hashBefore, readGroups } from '../../src/audit/read-groups.ts';
import { BudgetLedger } from '../../src/budgets/budget-ledger.ts';
import { budgetNeed, countBudgets } from '../../src/budgets/budget-need.ts';
import { catchUp } from '../../src/store/catch-up.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

/*
 * A process that reserves and settles under 16 concurrent callers until something ends it, first catching up with
 * what an earlier one left. Prints `open`, then each plan whose settlement was answered.
 */
const [directory = '', run = '0'] = process.argv.slice(2);
const file = join(directory, 'events.jsonl');
const store = await openSqliteStore(join(directory, 'store.db'));
const { log } = await openAuditLog({ file, clock: Date.now, onCommit: (groups) => store.commit(groups) });
await catchUp(store, {
  size: log.size,
  nextSequence: log.nextSequence,
  start: WHOLE_LOG,
  hashBefore: (offset) => hashBefore(new LogReader(file), offset),
  groups: (from, to) => readGroups(file, from, to),
});
const ledger = new BudgetLedger({ store });
const budgets = countBudgets([
  { id: 'agent', metric: 'usd', limit: 1_000_000, window: 'total', per: 'agent', on_exceed: 'block' },
  { id: 'all', metric: 'tokens', limit: 1_000_000_000, window: 'total', per: 'shared', on_exceed: 'block' },
]);
print('open');
await Promise.all(Array.from({ length: 16 }, (_, caller) => callForever(caller)));

async function callForever(caller: number): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const plan = `plan-${run}-${caller}-${turn}`;
    await reserve(plan, caller, turn);
    // Every third plan never reports an outcome.
    if (turn % 3 === 2) continue;
    await settle(plan, turn);
    print(`settled ${plan}`);
  }
}

async function reserve(plan: string, caller: number, turn: number): Promise<void> {
  const subject = { tenant_id: 'acme', agent_id: `agent-${caller % 3}`, trace_id: plan };
  const needs = [...budgets.values()].map((budget) => budgetNeed(budget, subject, Date.now()));
  while (ledger.figures(needs) === undefined) await ledger.load(needs.map((need) => need.key));
  const held = needs.map(({ budget_id, key, metric }) => ({
    budget_id,
    key,
    metric,
    amount: 1 + (turn % 7),
  }));
  ledger.reserve(held);
  await append(plan, { event_type: 'decision_made', decision: 'allow', payload: { reservations: held } });
  ledger.applied(held);
}

async function settle(plan: string, turn: number): Promise<void> {
  const settlement = await ledger.settle('acme', plan, { usd: turn % 5 });
  if (settlement === undefined) throw new Error(`nothing is held for ${plan}`);
  await append(plan, settlement.event);
  settlement.applied();
}

async function append(plan: string, event: EventDraft): Promise<void> {
  await log.append({
    context: { trace_id: plan, execution_plan_id: plan, tenant_id: 'acme' },
    events: [event],
  });
}

function print(line: string): void {
  writeSync(1, `${line}\n`);
}
