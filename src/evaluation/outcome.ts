import type { AuditLog } from '../audit/audit-log.ts';
import type { EventDraft, EventGroup } from '../audit/event.ts';
import { eventContext } from '../audit/event-context.ts';
import { fromUnits } from '../budgets/amount.ts';
import type { BudgetLedger } from '../budgets/budget-ledger.ts';
import type { Facts, TextFinding } from '../decision/facts.ts';
import { canonicalHash } from '../json/canonical.ts';
import type { JsonValue } from '../json/value.ts';
import { OutcomeConflict, type Outcomes } from '../permits/outcomes.ts';
import type { OutcomeEntry } from '../permits/permit-store.ts';
import type { Permits } from '../permits/permits.ts';
import { parseWith } from '../plan/parse-with.ts';
import type { Plan } from '../plan/plan.ts';
import { PlanError } from '../plan/plan-error.ts';
import { stringsOf } from '../plan/texts.ts';
import type { Bundle } from '../policy/bundle.ts';
import type { Caller } from '../tokens/caller.ts';
import type { RememberedContents } from '../trust/remembered-contents.ts';
import { type Receipt, receiptOf } from './answer.ts';
import { contentsOfOutcome, rememberedEvent } from './contents.ts';
import type { DecidedPlan, DecidedPlans } from './decided-plans.ts';
import type { Gone, InspectTexts } from './known-secrets.ts';
import { actualCost, type OutcomeReport, outcomeReportSchema } from './outcome-report.ts';

/** An outcome that cannot be taken. */
export class OutcomeError extends Error {
  readonly code: 'plan_not_found' | 'outcome_forbidden';

  constructor(code: OutcomeError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer to `POST /executions/{execution_plan_id}/outcome`. */
export type OutcomeAnswer = {
  trace_id: string;
  execution_plan_id: string;
  status: OutcomeReport['status'];
  /** Amounts in dollars for `usd`. */
  settled: { budget_id: string; metric: string; reserved: number; actual: number }[];
  findings: TextFinding[];
  permit_consumed: boolean;
  /** What was done and not allowed: the agent ran a plan, or a step, that had no final allow. */
  mismatches: { step_id?: string; kind: 'executed_without_allow'; decision: string }[];
  audit: Receipt;
};

export type OutcomeParts = {
  log: AuditLog;
  inspect: InspectTexts;
  ledger: BudgetLedger;
  outcomes: Pick<Outcomes, 'claim'>;
  permits: Pick<Permits, 'consumptions' | 'problemOf'>;
  plans: Pick<DecidedPlans, 'find'>;
  contents: Pick<RememberedContents, 'note'>;
  bundle(): Pick<Bundle, 'grantOf'>;
  record(group: EventGroup): ReturnType<AuditLog['append']>;
};

export type ReportOutcome = (
  executionPlanId: string,
  report: unknown,
  caller: Caller,
  gone?: Gone,
) => Promise<OutcomeAnswer>;

/** Takes what became of a plan, once for each time it is decided: outputs inspected, budget settled, permits consumed, all of it recorded. */
export function createReportOutcome(parts: OutcomeParts): ReportOutcome {
  return async (executionPlanId, body, caller, gone) => {
    const report = parseWith(outcomeReportSchema, body);
    const { decided, release } = await claimOpen(parts, executionPlanId, caller);
    try {
      checkSteps(report, decided.plan);
      await checkPermit(parts, report, decided);
      const { guard } = await parts.inspect(outputTexts(report), gone);
      return await record(parts, { report, decided, guard });
    } finally {
      release();
    }
  };
}

/** Agents of one plan id that are looked at for one that has no outcome yet. */
const MAX_AGENTS = 20;

/**
 * Takes the plan that is reported of. A caller that speaks for several agents may mean any that uses this id: the
 * latest that has no outcome yet. The caller MUST call `release`.
 */
async function claimOpen(
  parts: OutcomeParts,
  id: string,
  caller: Caller,
): Promise<{ decided: DecidedPlan; release(): void }> {
  const except: string[] = [];
  for (;;) {
    const found = await decidedPlan(parts, id, { caller, except });
    const { last, release } = await parts.outcomes.claim(found.tenant_id, found.ref);
    try {
      return { decided: await openDecision(parts, found, last), release };
    } catch (error) {
      release();
      const mayBeAnother = error instanceof OutcomeConflict && caller.agent_id === undefined;
      const others = mayBeAnother && found.agent_id !== undefined && except.length < MAX_AGENTS;
      if (!others || !(await hasOther(parts, id, { caller, except: [...except, found.agent_id ?? ''] })))
        throw error;
      except.push(found.agent_id ?? '');
    }
  }
}

type Searched = { caller: Caller; except: readonly string[] };

async function hasOther({ plans }: OutcomeParts, id: string, { caller, except }: Searched): Promise<boolean> {
  const query = { execution_plan_id: id, tenant_id: caller.tenant_id, except_agents: except };
  return (await plans.find(query)) !== undefined;
}

async function decidedPlan(
  parts: OutcomeParts,
  id: string,
  { caller, except }: Searched,
): Promise<DecidedPlan> {
  const { agent_id, tenant_id } = caller;
  const query = { execution_plan_id: id, tenant_id, except_agents: except };
  const own = agent_id === undefined ? undefined : await parts.plans.find({ ...query, agent_id });
  const decided = own ?? (await parts.plans.find(query));
  if (decided === undefined) {
    throw new OutcomeError('plan_not_found', `no plan "${id}" was decided in this tenant`);
  }
  if (agent_id === undefined || decided.agent_id === agent_id) return decided;
  throw new OutcomeError(
    'outcome_forbidden',
    'the token is bound to another agent than the one of this plan',
  );
}

/**
 * The decision that an outcome is about: an outcome closes all decisions before it, and one that was made since on the
 * same plan can have its own.
 */
async function openDecision(
  parts: OutcomeParts,
  found: DecidedPlan,
  last: OutcomeEntry | undefined,
): Promise<DecidedPlan> {
  if (last === undefined || found.made.sequence > last.sequence) return found;
  const { execution_plan_id, tenant_id, agent_id } = found;
  const query = { execution_plan_id, tenant_id, after_sequence: last.sequence };
  const since = await parts.plans.find(agent_id === undefined ? query : { ...query, agent_id });
  if (since !== undefined) return since;
  throw new OutcomeConflict(
    `an outcome of this plan was reported at ${last.at}: ${last.status}; the plan was not decided again since`,
  );
}

async function checkPermit(
  { permits }: OutcomeParts,
  { permit }: OutcomeReport,
  plan: DecidedPlan,
): Promise<void> {
  const message = permit === undefined ? undefined : await permits.problemOf(permit, plan);
  if (message !== undefined) throw new PlanError([{ pointer: '/permit', message }]);
}

function checkSteps(report: OutcomeReport, plan: Plan): void {
  const known = new Set(plan.steps.map((step) => step.step_id));
  const seen = new Set<string>();
  for (const [index, { step_id }] of (report.steps ?? []).entries()) {
    const pointer = `/steps/${index}/step_id`;
    if (!known.has(step_id)) throw new PlanError([{ pointer, message: `the plan has no step "${step_id}"` }]);
    if (seen.has(step_id)) throw new PlanError([{ pointer, message: `step "${step_id}" is reported twice` }]);
    seen.add(step_id);
  }
}

async function record(
  parts: OutcomeParts,
  { report, decided, guard }: { report: OutcomeReport; decided: DecidedPlan; guard: Facts['guard'] },
): Promise<OutcomeAnswer> {
  const consumptions = await parts.permits.consumptions(
    decided.tenant_id,
    decided.ref,
    decided.latest_sequence,
  );
  const settlement = await parts.ledger.settle(
    decided.tenant_id,
    decided.ref,
    actualCost(report, decided.plan),
  );
  const mismatches = mismatchesOf(report, decided);
  const events: EventDraft[] = [
    ...stepEvents(report, decided.plan),
    ...(guard.findings.length > 0 ? [inspectedEvent(guard)] : []),
    ...(settlement === undefined ? [] : [settlement.event]),
    ...consumptions,
    ...rememberedOf(parts, report, decided),
    completedEvent(report, decided, mismatches),
  ];
  try {
    const committed = await parts.record({ context: eventContext(decided.made), events });
    settlement?.applied();
    return {
      trace_id: decided.trace_id,
      execution_plan_id: decided.execution_plan_id,
      status: report.status,
      settled: (settlement?.settled ?? []).map(({ budget_id, metric, reserved, actual }) => ({
        budget_id,
        metric,
        reserved: fromUnits(metric, reserved),
        actual: fromUnits(metric, actual),
      })),
      findings: guard.findings,
      permit_consumed: consumptions.length > 0,
      mismatches,
      audit: receiptOf(parts.log.origin, committed),
    };
  } catch (error) {
    settlement?.undo();
    throw error;
  }
}

/** Nothing of a plan that belongs to no tenant: nobody could read it back. */
function rememberedOf(
  { contents, bundle }: OutcomeParts,
  report: OutcomeReport,
  { tenant_id, plan, facts }: DecidedPlan,
): EventDraft[] {
  if (tenant_id === '' || facts === undefined) return [];
  return rememberedEvent(
    contents.note(tenant_id, contentsOfOutcome(report, { plan, facts, bundle: bundle() })),
  );
}

function outputTexts(report: OutcomeReport) {
  return (report.steps ?? []).flatMap((step, index) =>
    step.output === undefined ? [] : stringsOf(step.output as JsonValue, `/steps/${index}/output`, 'output'),
  );
}

function stepEvents(report: OutcomeReport, plan: Plan): EventDraft[] {
  const tools = new Map(plan.steps.map((step) => [step.step_id, step.tool_name]));
  return (report.steps ?? []).map(({ step_id, status, cost, output, error }) => ({
    event_type: 'tool_executed',
    step_id,
    tool_name: tools.get(step_id) ?? '',
    payload: {
      status,
      ...(cost === undefined ? {} : { cost }),
      ...(output === undefined ? {} : { output_hash: canonicalHash(output) }),
      ...(error === undefined ? {} : { error }),
    },
  }));
}

function inspectedEvent({ verdict, findings }: Facts['guard']): EventDraft {
  return { event_type: 'output_inspected', payload: { verdict, findings } };
}

function completedEvent(
  report: OutcomeReport,
  decided: DecidedPlan,
  mismatches: OutcomeAnswer['mismatches'],
): EventDraft {
  const payload = {
    execution_plan_id: decided.execution_plan_id,
    status: report.status,
    decided_through: decided.latest_sequence,
    ...(report.cost === undefined ? {} : { cost: report.cost }),
    ...(mismatches.length === 0 ? {} : { mismatches }),
  };
  return { event_type: 'execution_completed', payload };
}

/** What the agent says it ran although it had no final allow for it. */
function mismatchesOf(report: OutcomeReport, { made, decisions }: DecidedPlan): OutcomeAnswer['mismatches'] {
  const isAllowed = made.decision === 'allow' && made.payload?.['mode'] === 'enforce';
  if (isAllowed) return [];
  const ran = (report.steps ?? []).filter((step) => step.status !== 'skipped');
  if (ran.length > 0) {
    return ran.map(({ step_id }) => ({
      step_id,
      kind: 'executed_without_allow',
      decision: decisions.get(step_id) ?? made.decision ?? 'block',
    }));
  }
  if (report.status === 'cancelled' || report.steps !== undefined) return [];
  return [{ kind: 'executed_without_allow', decision: made.decision ?? 'block' }];
}
