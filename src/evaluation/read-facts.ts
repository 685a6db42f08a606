import type { AgentLookup } from '../agents/agent-directory.ts';
import type { AgentRecord } from '../agents/agent-record.ts';
import type { Approval } from '../approvals/approval.ts';
import type { BudgetLedger } from '../budgets/budget-ledger.ts';
import { type BudgetNeed, budgetNeed, type CountedBudget } from '../budgets/budget-need.ts';
import type { PolicySet } from '../bundles/policy-set.ts';
import type { AgentFact, ApprovalFact, Facts } from '../decision/facts.ts';
import type { NormalizedPlan } from '../plan/normalize.ts';
import type { Caller } from '../tokens/caller.ts';
import { rateSources } from './rate-sources.ts';

/** What the facts of one plan are read from. */
export type FactSources = {
  findAgent(lookup: AgentLookup): AgentRecord | undefined;
  ledger: Pick<BudgetLedger, 'figures'>;
  policySet: PolicySet;
  nowMs: number;
};

export type FactSubject = {
  normalized: NormalizedPlan;
  caller: Caller;
  guard: Facts['guard'];
  /** The claimed approval; `null` where the plan names one that does not exist, absent where it names none. */
  approval?: ApprovalFact | null;
};

/**
 * Reads all facts in one go, without waiting. `missing` names budget counters that must be loaded first; then nothing
 * else of the result counts and the caller tries again.
 */
export function readFacts(
  subject: FactSubject,
  sources: FactSources,
): { facts: Facts; missing?: never } | { facts?: never; missing: string[] } {
  const { normalized, caller, guard, approval } = subject;
  const { plan, plan_hash } = normalized;
  const { policySet, nowMs } = sources;
  const agent = sources.findAgent(lookupOf(normalized));
  const { needs, unknown } = budgetNeeds(subject, agent, sources);
  const figures = sources.ledger.figures(needs);
  if (figures === undefined) return { missing: needs.map((need) => need.key) };
  const facts: Facts = {
    now: new Date(nowMs).toISOString(),
    plan_hash,
    caller: callerFact(caller),
    bundle: { name: policySet.bundle.name, version: policySet.bundle.version },
    trust: rateSources(policySet.trust, plan, agent?.tenant_id ?? plan.agent.tenant_id),
    guard,
    budgets: figures,
    unknown_budgets: unknown,
  };
  if (agent !== undefined) facts.agent = agentFact(agent);
  if (approval !== undefined) facts.approval = approval;
  return { facts };
}

/** How the plan names its agent. */
export function lookupOf({ plan }: NormalizedPlan): AgentLookup {
  const { agent_id, agent_name, tenant_id } = plan.agent;
  return {
    ...(tenant_id === undefined ? {} : { tenant_id }),
    // The id is the identity; the name serves only where no id is given.
    ...(agent_id === undefined ? (agent_name === undefined ? {} : { agent_name }) : { agent_id }),
  };
}

function budgetNeeds(
  { normalized, caller }: FactSubject,
  agent: AgentRecord | undefined,
  { policySet, nowMs }: FactSources,
): { needs: BudgetNeed[]; unknown: string[] } {
  if (agent === undefined) return { needs: [], unknown: [] };
  const { plan, envelope } = normalized;
  const subject = {
    tenant_id: caller.tenant_id === '*' ? agent.tenant_id : caller.tenant_id,
    agent_id: agent.agent_id,
    trace_id: envelope.trace_id,
    ...(plan.session_id === undefined ? {} : { session_id: plan.session_id }),
  };
  const needs: BudgetNeed[] = [];
  const unknown: string[] = [];
  for (const id of budgetIds(agent, plan.agent.budget_context, policySet.budgets)) {
    const budget = policySet.budgets.get(id);
    if (budget === undefined) unknown.push(id);
    else needs.push(budgetNeed(budget, subject, nowMs));
  }
  return { needs, unknown };
}

/**
 * The agent's own budgets always apply. A `budget_context` that is a defined budget applies besides them; any other is
 * a label for people, because what the plan says of itself must not be able to change what it may spend.
 */
function budgetIds(
  agent: AgentRecord,
  context: string | undefined,
  defined: ReadonlyMap<string, CountedBudget>,
): string[] {
  const ids = new Set(agent.budgets);
  if (context !== undefined && defined.has(context)) ids.add(context);
  return [...ids];
}

function callerFact(caller: Caller): Facts['caller'] {
  const { token_id, roles, tenant_id, agent_id } = caller;
  return { token_id, roles, tenant_id, ...(agent_id === undefined ? {} : { agent_id }) };
}

function agentFact(agent: AgentRecord): AgentFact {
  const { description: _description, ...fact } = agent;
  return fact as AgentFact;
}

/** An approval as the decision may see it; `null` where there is none. Whose it is, the stage judges. */
export function approvalFact(approval: Approval | undefined): ApprovalFact | null {
  if (approval === undefined) return null;
  const { approval_id, status, plan_hash, tenant_id, rule_hashes, expires_at } = approval;
  return { approval_id, status, plan_hash, tenant_id, rule_hashes, expires_at };
}
