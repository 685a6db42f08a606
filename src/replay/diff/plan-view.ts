import type { AuditEvent } from '../../audit/event.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { withoutUndefined } from '../../json/without-undefined.ts';
import type { Submission } from '../submissions.ts';

/**
 * A plan as it is compared: what was asked, what was known, what every stage said and what came of it. Without times,
 * ids and durations, which always differ. Steps stand under a key, so that one that was put in moves no other.
 */
export type PlanView = {
  decision?: string;
  reason?: string;
  control?: string;
  mode?: string;
  risk_score?: number;
  policy_bundle?: string;
  /** What was asked, but for the steps. */
  input: JsonObject;
  /** What was known when it was decided. */
  facts: JsonObject;
  stages: Record<string, StageView>;
  steps: Record<string, StepView>;
  approval?: JsonObject;
  execution?: JsonObject;
};

export type StageView = { decision?: string; reason?: string; matched_rules?: Record<string, JsonObject> };

export type StepView = {
  tool_name: string;
  decision?: string;
  reason?: string;
  control?: string;
  input: JsonObject;
  stages: Record<string, StageView>;
  execution?: JsonObject;
};

/** The view of a submission; `keyOf` names its steps. */
export function planView(submission: Submission, keyOf: (stepId: string) => string): PlanView {
  const { received, made, stages, later, plan } = submission;
  const { steps: _steps, ...asked } = plan;
  const payload = made?.payload ?? {};
  const explanation = payload['explanation'] as { risk_score?: number } | undefined;
  const ofPlan = plan.steps.length === 1 ? stages : stages.filter(({ step_id }) => step_id === undefined);
  return withoutUndefined({
    decision: made?.decision,
    reason: made?.reason,
    control: made?.control,
    mode: payload['mode'],
    risk_score: explanation?.risk_score,
    policy_bundle: received.policy_bundle,
    input: asked as unknown as JsonObject,
    facts: factsOf(received),
    stages: Object.fromEntries(ofPlan.map((event) => [event.decision_stage ?? '', stageView(event)])),
    steps: stepViews(submission, keyOf),
    approval: approvalOf(later),
    execution: executionOf(later.findLast(({ event_type }) => event_type === 'execution_completed')),
  }) as PlanView;
}

/** Times, ids and hashes differ between any two plans and say nothing of why. */
function factsOf(received: AuditEvent): JsonObject {
  const facts = (received.payload?.['facts'] ?? {}) as Record<string, JsonValue>;
  const { now: _now, plan_hash: _hash, bundle: _bundle, budgets, approval, caller, ...rest } = facts;
  return withoutUndefined({
    ...rest,
    caller: without(caller, ['token_id']),
    approval: without(approval, ['approval_id', 'expires_at', 'plan_hash']),
    budgets: Array.isArray(budgets) ? budgetsById(budgets) : undefined,
  });
}

function without(value: JsonValue | undefined, names: readonly string[]): JsonValue | undefined {
  if (value === undefined || value === null || typeof value !== 'object' || Array.isArray(value))
    return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function budgetsById(budgets: readonly JsonValue[]): JsonObject {
  const named = budgets.flatMap((budget): [string, JsonValue][] => {
    const { budget_id = '' } = (budget ?? {}) as { budget_id?: string };
    return [[budget_id, without(budget, ['key', 'window_ends_at', 'budget_id']) ?? null]];
  });
  return Object.fromEntries(named);
}

function stepViews({ plan, made, stages, later }: Submission, keyOf: (stepId: string) => string) {
  const decided = (made?.payload?.['steps'] ?? []) as Partial<StepView & { step_id: string }>[];
  const views = plan.steps.map((step): [string, StepView] => {
    const { step_id, tool_name, ...input } = step;
    const { decision, reason, control } = decided.find((each) => each.step_id === step_id) ?? {};
    const own = plan.steps.length === 1 ? [] : stages.filter((event) => event.step_id === step_id);
    const run = later.findLast((event) => event.event_type === 'tool_executed' && event.step_id === step_id);
    const view = withoutUndefined({
      ...{ tool_name, decision, reason, control, input },
      stages: Object.fromEntries(own.map((event) => [event.decision_stage ?? '', stageView(event)])),
      execution: executionOf(run),
    });
    return [keyOf(step_id), view as unknown as StepView];
  });
  return Object.fromEntries(views);
}

function stageView({ decision, decision_stage, reason, payload = {} }: AuditEvent): StageView {
  const rules = (payload['matched_rules'] ?? []) as ({ id: string } & JsonObject)[];
  const byId = rules.map(({ id, ...rule }) => [id, rule] as const);
  return withoutUndefined({
    decision,
    reason,
    errors: payload['errors'],
    obligations: payload['obligations'],
    // There also where no rule matched, so that each rule that comes or goes is a difference of its own.
    matched_rules: decision_stage === 'policy' ? Object.fromEntries(byId) : undefined,
  }) as StageView;
}

function approvalOf(later: readonly AuditEvent[]): JsonObject | undefined {
  const last = later.findLast(({ event_type }) => event_type.startsWith('approval_'));
  if (last === undefined) return undefined;
  return withoutUndefined({ state: last.event_type.slice('approval_'.length), by: last.payload?.['by'] });
}

function executionOf(event: AuditEvent | undefined): JsonObject | undefined {
  if (event === undefined) return undefined;
  const { status, error, output_hash, cost } = event.payload ?? {};
  return withoutUndefined({ status, error, output_hash, cost });
}
