import type { Logger } from 'pino';
import { Approvals } from '../approvals/approvals.ts';
import { BudgetLedger } from '../budgets/budget-ledger.ts';
import { AccessDenials } from '../evaluation/access-denials.ts';
import { Idempotency } from '../idempotency/idempotency.ts';
import { Permits } from '../permits/permits.ts';
import { Upkeep } from '../telemetry/upkeep.ts';
import { clock } from './clock.ts';
import type { LogSide } from './open-log-side.ts';
import type { Rules } from './open-rules.ts';

/** What a decision takes and brings about. */
export async function openControls(logger: Logger, side: LogSide, { agents, bundles, tokens }: Rules) {
  const { store, log, record, newId, permitKeys } = side;
  const ledger = new BudgetLedger({ store });
  const approvals = new Approvals({
    ...{ store, record, clock, startTimer },
    isSamePerson: (one, other) => tokens.isSamePerson(one, other),
  });
  const permits = new Permits({
    ...{ store, keys: permitKeys, issuer: log.origin, clock, newId, record },
    isAgentActive: (agent) => agents.isActive(agent),
  });
  const idempotency = new Idempotency({ store, clock });
  const denials = new AccessDenials({
    record,
    clock,
    onError: (error) => logger.warn({ err: error }, 'an access denial could not be recorded'),
  });
  const upkeep = new Upkeep((error) => logger.error({ err: error }, 'upkeep failed'));
  upkeep.every(1_000, () => approvals.expireDue(100));
  upkeep.every(1_000, () => bundles.versions.runDue());
  upkeep.every(60_000, () => idempotency.purge(10_000));
  return { approvals, denials, idempotency, ledger, permits, upkeep };
}
export type Controls = Awaited<ReturnType<typeof openControls>>;

function startTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
