import type { Receipt as LogReceipt } from '../audit/event.ts';
import { fromUnits } from '../budgets/amount.ts';
import type { BudgetFigure, Reservation } from '../budgets/budget.ts';
import type { Decision, StepDecision } from '../decision/decision.ts';
import type { Facts, TextFinding } from '../decision/facts.ts';
import type { StageDecision, StageName } from '../decision/stage.ts';
import type { NormalizedPlan } from '../plan/normalize.ts';
import type { Mode } from '../plan/plan.ts';

/** The answer to `POST /evaluate` (contract §1). */
export type EvaluateAnswer = {
  trace_id: string;
  execution_plan_id: string;
  plan_hash: string;
  mode: Mode;
  decision: Decision['decision'];
  reason: string;
  control: Decision['control'];
  explanation: Decision['explanation'];
  stages: { stage: StageName; decision: StageDecision; reason: string; duration_us: number }[];
  steps: StepDecision[];
  findings?: TextFinding[];
  approval?: { approval_id: string; status: string; expires_at: string; url: string };
  permit?: string;
  budget?: BudgetLine[];
  bundle: { name: string; version: string };
  audit: Receipt;
};

/** What to look for in any later log: who keeps it can tell whether the record of this answer is still there. */
export type Receipt = {
  log: string;
  sequence: number;
  hash: string;
  first_event_id: string;
  last_event_id: string;
};

/** A budget as people read it: USD in dollars, everything else in whole units. */
export type BudgetLine = {
  budget_id: string;
  metric: BudgetFigure['metric'];
  limit: number;
  used: number;
  reserved: number;
  window_ends_at?: string;
};

export type AnswerParts = {
  normalized: NormalizedPlan;
  facts: Facts;
  decision: Decision;
  durations: readonly number[];
  reservations: readonly Reservation[];
  receipt: Receipt;
};

/** Puts the answer together; every part of it is known and durable by now. Approval and permit are added where there are. */
export function answerOf(parts: AnswerParts): EvaluateAnswer {
  const { normalized, facts, decision, durations } = parts;
  const { envelope, plan_hash } = normalized;
  const answer: EvaluateAnswer = {
    trace_id: envelope.trace_id,
    execution_plan_id: envelope.execution_plan_id,
    plan_hash,
    mode: envelope.mode,
    decision: decision.decision,
    reason: decision.reason,
    control: decision.control,
    explanation: decision.explanation,
    stages: decision.stages.map(({ stage, decision: word, reason }, index) => ({
      stage,
      decision: word,
      reason,
      duration_us: durations[index] ?? 0,
    })),
    steps: decision.steps,
    bundle: facts.bundle,
    audit: parts.receipt,
  };
  if (facts.guard.findings.length > 0) answer.findings = facts.guard.findings;
  if (facts.budgets.length > 0)
    answer.budget = facts.budgets.map((seen) => budgetLine(seen, parts.reservations));
  return answer;
}

/** Where a group stands in a log. */
export function receiptOf(origin: string, group: LogReceipt): Receipt {
  return {
    log: origin,
    sequence: group.last_sequence,
    hash: group.hash,
    first_event_id: group.first_event_id,
    last_event_id: group.last_event_id,
  };
}

/** The budget after this decision: what was held before, and what this plan holds now. */
function budgetLine(seen: Facts['budgets'][number], reservations: readonly Reservation[]): BudgetLine {
  const held = reservations.find((reservation) => reservation.key === seen.key)?.amount ?? 0;
  const shown = (units: number) => fromUnits(seen.metric, units);
  const line: BudgetLine = {
    budget_id: seen.budget_id,
    metric: seen.metric,
    limit: shown(seen.limit),
    used: shown(seen.used),
    reserved: shown(seen.reserved + held),
  };
  if (seen.window_ends_at !== undefined) line.window_ends_at = seen.window_ends_at;
  return line;
}
