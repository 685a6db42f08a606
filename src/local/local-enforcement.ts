import { Approvals } from '../approvals/approvals.ts';
import { checkpointPaths, readCheckpoint } from '../audit/checkpoint-file.ts';
import { BudgetLedger } from '../budgets/budget-ledger.ts';
import type { EvaluateAnswer } from '../evaluation/answer.ts';
import { DecidedPlans } from '../evaluation/decided-plans.ts';
import { createEvaluate } from '../evaluation/evaluate.ts';
import { inspectPlan } from '../evaluation/inspect-plan.ts';
import { type InspectAnswer, type InspectRequest, inspectRequest } from '../evaluation/inspect-request.ts';
import type { InspectTexts } from '../evaluation/known-secrets.ts';
import { createReportOutcome, type OutcomeAnswer } from '../evaluation/outcome.ts';
import { ParentPlans } from '../evaluation/parent-plans.ts';
import { TraceClaims } from '../evaluation/trace-claims.ts';
import type { Direction } from '../guard/finding.ts';
import { Outcomes } from '../permits/outcomes.ts';
import { Permits } from '../permits/permits.ts';
import type { Mode } from '../plan/plan.ts';
import { isSameName } from '../policy/person-name.ts';
import type { Caller } from '../tokens/caller.ts';
import type { LocalOptions } from './local-options.ts';
import { clock, openLocalLog } from './open-local-log.ts';
import { openLocalRules } from './open-local-rules.ts';
import { ownCopy } from './own-copy.ts';

/** The gateway's decisions inside the process of the agent. */
export type LocalEnforcement = {
  /** Names the log in receipts. */
  readonly origin: string;
  /** The key that verifies the log's checkpoints, in one line: what a gateway is given that takes the log later. */
  readonly verifier_key: string;
  /** What is decided under. */
  readonly bundle: { name: string; version: string };
  /** The log: what `aisecops audit push`, `aisecops audit verify` and `aisecops-replay` are given. */
  readonly audit_file: string;
  /**
   * Decides a plan, in full form or shorthand, as it is at the call, and resolves once the evidence is durable. Rejects with
   * the codes `invalid_json` and `invalid_plan` (not a plan), `trace_conflict`, and `audit_unavailable` (no evidence, so no
   * decision): then the plan MUST NOT run.
   */
  evaluate(plan: unknown, options?: { mode?: Mode }): Promise<EvaluateAnswer>;
  /** What the guard says of a text or of messages that are in no plan. Records nothing. */
  inspect(text: string | InspectRequest, direction?: Direction): InspectAnswer;
  /** Takes what became of a plan, as the body of `POST /executions/{execution_plan_id}/outcome`. */
  reportOutcome(executionPlanId: string, report: unknown): Promise<OutcomeAnswer>;
  /** The newest checkpoint of the log: a signed note. */
  checkpoint(): Promise<string>;
  /** Waits for what is under way, signs a checkpoint over everything and lets go of the log. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Approvals that ran out are looked for this often. */
const EXPIRY_MS = 1_000;
const EXPIRED_AT_ONCE = 100;

/**
 * Opens local enforcement: the same six stages, facts, guard and log writer as the gateway, with no network. The log is
 * one of its own: own origin, own key, own checkpoints.
 *
 * Rejects with the coded errors of the log and the keys, and as `activateLocal` for the policies. Two processes cannot
 * share a directory: the second is refused with `audit_locked`. The process lives on until `close` was called.
 */
export async function createLocalEnforcement(options: LocalOptions): Promise<LocalEnforcement> {
  const { tenant_id } = options;
  if (tenant_id === '' || tenant_id === '*') throw new TypeError('tenant_id has to name one tenant');
  const side = await openLocalLog(options);
  const { log, record } = side;
  try {
    const rules = await openLocalRules(side, options.bundle);
    const context = { runtime_mode: modeOf(options) };
    await record({ context, events: [{ event_type: 'gateway_started', payload: { origin: log.origin } }] });
    return enforcementOf(options, side, rules);
  } catch (error) {
    await log.close();
    throw error;
  }
}

type Side = Awaited<ReturnType<typeof openLocalLog>>;
type Rules = Awaited<ReturnType<typeof openLocalRules>>;

function enforcementOf(options: LocalOptions, side: Side, rules: Rules): LocalEnforcement {
  const { log, store, screen, record, newId, readEvents } = side;
  const { agents, contents, guard, history, policies, trust } = rules;
  const controls = controlsOf(side, rules);
  const { approvals, ledger, permits } = controls;
  const caller = callerOf(options);
  const inspect: InspectTexts = (texts) => ({ guard: inspectPlan(guard, texts) });
  const shared = { log, inspect, ledger, permits, record, clock, newId, contents };
  const bundleInForce = () => policies.active.set.bundle;
  const evaluate = createEvaluate({
    ...{ ...shared, agents, approvals, history, screen, secrets: guard.secrets },
    traces: new TraceClaims({ traceState: (id) => store.traceState(id) }),
    parents: new ParentPlans({ index: store, readEvents, bundle: bundleInForce }),
    policySet: () => policies.active.set,
    trust: () => trust.registry,
    recordTexts: options.record_texts ?? false,
    runtimeMode: modeOf(options),
    hasApprovers: options.approvals !== 'block',
    observe: { decided: () => undefined, fault: (_traceId, fault) => side.report(fault) },
  });
  const plans = new DecidedPlans({ index: store, readEvents });
  const outcomes = new Outcomes({ store });
  const reportOutcome = createReportOutcome({ ...shared, outcomes, plans, bundle: bundleInForce });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll(side, { ...rules, ...controls });
    return closing;
  };
  const { name, version } = policies.active.set.bundle;
  return {
    ...{ origin: log.origin, verifier_key: side.verifierKey, audit_file: side.auditFile },
    bundle: { name, version },
    evaluate: async (plan, given) => evaluate(ownCopy(plan), caller, given),
    inspect: (text, direction) =>
      inspectRequest(guard, typeof text === 'string' ? { text, direction } : text, policies.active.set.guard),
    reportOutcome: async (id, report) => reportOutcome(id, ownCopy(report), caller),
    checkpoint: () => readCheckpoint(checkpointPaths(side.auditFile).latest),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What a decision takes and brings about. */
function controlsOf({ store, log, record, newId, permitKeys, report }: Side, { agents }: Rules) {
  const approvals = new Approvals({ store, record, clock, startTimer, isSamePerson: isSameName });
  const expiry = setInterval(() => void approvals.expireDue(EXPIRED_AT_ONCE).catch(report), EXPIRY_MS);
  expiry.unref();
  return {
    approvals,
    expiry,
    ledger: new BudgetLedger({ store }),
    permits: new Permits({
      ...{ store, keys: permitKeys, issuer: log.origin, clock, newId, record },
      isAgentActive: (agent) => agents.isActive(agent),
    }),
  };
}

async function closeAll(
  { log, record, settled }: Side,
  { close, approvals, expiry }: Rules & ReturnType<typeof controlsOf>,
): Promise<void> {
  clearInterval(expiry);
  approvals.close();
  await close();
  await settled();
  if (log.state === 'open') await record({ context: {}, events: [{ event_type: 'gateway_stopped' }] });
  await log.close();
}

/** Whoever has this object is the process itself: there is no token, and no tenant but its own. */
function callerOf({ tenant_id, agent_id }: LocalOptions): Caller {
  const caller: Caller = { token_id: 'local', name: 'local', roles: ['runtime'], tenant_id };
  return agent_id === undefined ? caller : { ...caller, roles: ['agent'], agent_id };
}

function modeOf({ runtime_mode = 'local_enforcement' }: LocalOptions) {
  return runtime_mode;
}

function startTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
