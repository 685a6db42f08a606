import type { AgentLookup } from '../agents/agent-directory.ts';
import type { AgentRecord } from '../agents/agent-record.ts';
import { type AuditLog, AuditUnavailable } from '../audit/audit-log.ts';
import { LOOKS_SECRET } from '../audit/secret-id.ts';
import type { ParentFact } from '../decision/facts.ts';
import { type NormalizedPlan, normalizePlan } from '../plan/normalize.ts';
import type { Mode } from '../plan/plan.ts';
import { PlanError } from '../plan/plan-error.ts';
import type { Caller } from '../tokens/caller.ts';
import type { EvaluateAnswer } from './answer.ts';
import { classifyPlan } from './classify-plan.ts';
import type { DecisionOwner, EvaluationParts } from './evaluation-parts.ts';
import { type Gone, type KnownSecrets, knowing } from './known-secrets.ts';
import { approvalFact, type FactSubject, lookupOf, readFacts } from './read-facts.ts';
import type { SecretScreen } from './secret-screen.ts';
import { settleDecision } from './settle-decision.ts';

/**
 * A place in a row of plans: nothing of a plan is looked at before it `begins`, and it MUST call `ends` once all that
 * its decision takes is taken, or nothing will be. Becoming durable is no part of it, so a row shares its writes.
 */
export type Turn = { begins: Promise<void>; ends(): void };

export type EvaluateOptions = {
  /** Overrides the plan's own mode. */
  mode?: Mode;
  turn?: Turn;
  /** Fires when nobody waits for the answer: a plan whose large texts wait to be inspected is then given up. */
  gone?: Gone | undefined;
};

export type Evaluate = (
  submission: unknown,
  caller: Caller,
  options?: EvaluateOptions,
) => Promise<EvaluateAnswer>;

/**
 * The life of a decision: normalise, inspect, read the facts, decide, take what the decision takes, make it durable,
 * answer.
 *
 * Everything that has to be waited for is brought into memory first. From reading the facts to the append there is no
 * `await`: no other plan can come between the figures a decision saw and what it took. When the append fails,
 * everything taken is given back and nothing was decided.
 */
export function createEvaluate(parts: EvaluationParts): Evaluate {
  const decide = decideOne(parts);
  return async (submission, caller, options = {}) => {
    const { turn } = options;
    if (turn === undefined) return decide(submission, caller, options);
    await turn.begins;
    try {
      return await decide(submission, caller, options);
    } finally {
      turn.ends();
    }
  };
}

function decideOne(parts: EvaluationParts) {
  return async (
    submission: unknown,
    caller: Caller,
    { mode, turn, gone }: EvaluateOptions,
  ): Promise<EvaluateAnswer> => {
    const started = performance.now();
    const normalized = normalizedFor(parts, submission, { caller, mode });
    refuseSecretIds(parts.screen, normalized);
    refuseWithoutLog(parts.log);
    const { guard, secrets: known } = await parts.inspect(normalized.texts, gone);
    const informed = known === undefined ? parts : informedOf(parts, known);
    const { classifier } = parts;
    const seen =
      classifier === undefined
        ? { guard }
        : await classifyPlan({ ...informed, classifier }, normalized.texts, guard);
    const owner = ownerOf(parts, caller, normalized);
    const { trace_id } = normalized.envelope;
    if (normalized.names_trace) await parts.traces.claim(trace_id, owner.tenant_id);
    const parent = await parentOf(parts, normalized, owner);
    const subject: Subject = { normalized, caller, ...seen, ...(parent && { parent }) };
    if (turn !== undefined) subject.onTaken = turn.ends;
    const answer = await (normalized.envelope.approval_id === undefined
      ? decideWhenLoaded(informed, subject)
      : decideHoldingApproval(informed, subject, normalized.envelope.approval_id));
    parts.observe.decided(answer, owner, (performance.now() - started) / 1000);
    return answer;
  };
}

/** The same parts, which do not look for secrets again where they were looked for. */
function informedOf(parts: EvaluationParts, known: KnownSecrets): EvaluationParts {
  return { ...parts, secrets: knowing(parts.secrets, known), screen: parts.screen.knowing(known) };
}

function normalizedFor(
  { newId, runtimeMode }: EvaluationParts,
  submission: unknown,
  { caller, mode }: { caller: Caller; mode: Mode | undefined },
): NormalizedPlan {
  return normalizePlan(submission, {
    newId,
    ...(caller.tenant_id === '*' ? {} : { tenant_id: caller.tenant_id }),
    ...(mode === undefined ? {} : { mode }),
    ...(runtimeMode === undefined ? {} : { runtime_mode: runtimeMode }),
  });
}

/**
 * Ids link events, approvals and outcomes, and what is counted by session, step and tool is read back by them: they are
 * written as they are. One that looks like a secret could only be written in full, or redacted into that of every other such plan.
 */
function refuseSecretIds(
  screen: SecretScreen,
  { plan, envelope, names_trace, names_plan }: NormalizedPlan,
): void {
  const errors: { pointer: string; message: string }[] = [];
  const look = (pointer: string, id: string | undefined): void => {
    if (id !== undefined && screen.holdsSecret(id)) errors.push({ pointer, message: LOOKS_SECRET });
  };
  if (names_trace) look('/trace_id', envelope.trace_id);
  if (names_plan) look('/execution_plan_id', envelope.execution_plan_id);
  look('/session_id', plan.session_id);
  for (const [index, { step_id, tool_name }] of plan.steps.entries()) {
    look(`/steps/${index}/step_id`, step_id);
    look(`/steps/${index}/tool_name`, tool_name);
  }
  if (errors.length > 0) throw new PlanError(errors);
}

async function parentOf(
  { parents }: EvaluationParts,
  { plan }: NormalizedPlan,
  { tenant_id }: DecisionOwner,
): Promise<ParentFact | undefined> {
  return plan.parent === undefined ? undefined : parents.find(plan.parent, tenant_id);
}

/** No evidence, no decision: a log that takes nothing answers before anything is looked at. */
function refuseWithoutLog(log: AuditLog): void {
  if (log.state !== 'open')
    throw new AuditUnavailable(log.state, 'the audit log takes no events at the moment');
}

type Subject = FactSubject & { onTaken?: () => void };

/** Holds the approval a plan names for as long as the plan is being decided: nobody else can use or change it. */
async function decideHoldingApproval(
  parts: EvaluationParts,
  subject: Subject,
  approvalId: string,
): Promise<EvaluateAnswer> {
  const claim = await parts.approvals.claim(approvalId);
  try {
    return await decideWhenLoaded(parts, { ...subject, approval: approvalFact(claim.approval) });
  } finally {
    claim.release();
  }
}

function decideWhenLoaded(parts: EvaluationParts, subject: Subject): Promise<EvaluateAnswer> {
  const policySet = parts.policySet();
  const { facts, missing } = readFacts(subject, {
    findAgent: (query) => findAgent(parts.agents, query, subject.caller),
    ledger: parts.ledger,
    history: parts.history,
    policySet,
    trust: parts.trust(),
    contents: parts.contents,
    nowMs: parts.clock(),
    ...(parts.hasApprovers === undefined ? {} : { hasApprovers: parts.hasApprovers }),
  });
  if (facts === undefined) return parts.ledger.load(missing).then(() => decideWhenLoaded(parts, subject));
  const { normalized, caller, onTaken } = subject;
  const input = { normalized, caller, facts, bundle: policySet.bundle };
  return settleDecision(parts, onTaken === undefined ? input : { ...input, onTaken });
}

/** Whose decision it is: of the caller's own tenant; for a caller of all tenants of the agent's. */
function ownerOf({ agents }: EvaluationParts, caller: Caller, normalized: NormalizedPlan): DecisionOwner {
  const { agent_id, tenant_id } = normalized.plan.agent;
  if (caller.tenant_id !== '*' && agent_id !== undefined) return { tenant_id: caller.tenant_id, agent_id };
  const found = findAgent(agents, lookupOf(normalized), caller);
  return {
    tenant_id: caller.tenant_id === '*' ? (found?.tenant_id ?? tenant_id) : caller.tenant_id,
    agent_id: agent_id ?? found?.agent_id,
  };
}

/**
 * The agent a plan names, within the caller's reach. A caller of all tenants who names the wrong one learns that the
 * agent is elsewhere (`tenant_mismatch`); to anyone else an agent of another tenant does not exist, also where the plan
 * says which tenant that is.
 */
function findAgent(
  agents: EvaluationParts['agents'],
  query: AgentLookup,
  caller: Caller,
): AgentRecord | undefined {
  const isForeign = caller.tenant_id !== '*' && query.tenant_id !== caller.tenant_id;
  if (isForeign) return undefined;
  const found = agents.find(query);
  if (found.status === 'found') return found.agent;
  if (found.status !== 'foreign' || caller.tenant_id !== '*') return undefined;
  const { tenant_id: _wrong, ...anywhere } = query;
  const elsewhere = agents.find(anywhere);
  return elsewhere.status === 'found' ? elsewhere.agent : undefined;
}
