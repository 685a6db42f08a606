import type { AgentLookup } from '../agents/agent-directory.ts';
import type { AgentRecord } from '../agents/agent-record.ts';
import type { Approval } from '../approvals/approval.ts';
import type { BudgetFigure } from '../budgets/budget.ts';
import type { BudgetLedger } from '../budgets/budget-ledger.ts';
import {
  type BudgetNeed,
  type BudgetSubject,
  budgetNeed,
  type CountedBudget,
} from '../budgets/budget-need.ts';
import type { PolicySet } from '../bundles/policy-set.ts';
import type {
  AgentFact,
  ApprovalFact,
  BudgetFact,
  ClassifierFact,
  Facts,
  ParentFact,
} from '../decision/facts.ts';
import type { HistoryLedger } from '../history/history-ledger.ts';
import { byIdentity } from '../json/by-identity.ts';
import type { NormalizedPlan } from '../plan/normalize.ts';
import type { Plan } from '../plan/plan.ts';
import type { Caller } from '../tokens/caller.ts';
import type { RememberedContents } from '../trust/remembered-contents.ts';
import type { TrustRegistry } from '../trust/trust-registry.ts';
import { owningTenant } from './decision-events.ts';
import { historyFacts } from './history.ts';
import { withDistrust } from './provenance-findings.ts';
import { rateSources } from './rate-sources.ts';

/** What the facts of one plan are read from. */
export type FactSources = {
  findAgent(lookup: AgentLookup): AgentRecord | undefined;
  ledger: Pick<BudgetLedger, 'figures'>;
  history: Pick<HistoryLedger, 'factOf'>;
  policySet: PolicySet;
  trust: TrustRegistry;
  contents: Pick<RememberedContents, 'levelOf'>;
  nowMs: number;
  /** False where nobody can approve anything. Default: true. */
  hasApprovers?: boolean;
};

export type FactSubject = {
  normalized: NormalizedPlan;
  caller: Caller;
  guard: Facts['guard'];
  classifier?: ClassifierFact;
  /** The claimed approval; `null` where the plan names one that does not exist, absent where it names none. */
  approval?: ApprovalFact | null;
  /** The parent that the plan names, where it is known. */
  parent?: ParentFact;
};

/**
 * Reads all facts in one go, without waiting. `missing` names budget counters that must be loaded first; then nothing
 * else of the result counts and the caller tries again.
 */
export function readFacts(
  subject: FactSubject,
  sources: FactSources,
): { facts: Facts; missing?: never } | { facts?: never; missing: string[] } {
  const { normalized, caller, classifier, guard, approval } = subject;
  const { plan, plan_hash } = normalized;
  const { policySet, nowMs } = sources;
  const agent = sources.findAgent(lookupOf(normalized));
  const { needs, unknown } = budgetNeeds(subject, agent, sources);
  const figures = sources.ledger.figures(needs);
  if (figures === undefined) return { missing: needs.map((need) => need.key) };
  // Members stand in the order of their names, here and below: what is canonical already is recorded at half the cost.
  const facts = {} as Facts;
  if (agent !== undefined) facts.agent = agentFact(agent);
  if (approval !== undefined) facts.approval = approval;
  facts.budgets = figures.map(budgetFact);
  facts.bundle = bundleFact(policySet.bundle);
  facts.caller = callerFact(caller);
  if (classifier !== undefined) facts.classifier = classifier;
  // What a tenant knows of sources and contents is nothing to a caller of another that names it.
  const tenantId = owningTenant(facts, plan.agent.tenant_id);
  const trust = rateSources(sources.trust, plan, { tenantId, agentId: agent?.agent_id, nowMs }, (hash) =>
    sources.contents.levelOf(tenantId, hash),
  );
  facts.guard = withDistrust(guard, trust, plan);
  facts.now = new Date(nowMs).toISOString();
  if (plan.parent !== undefined)
    facts.parent = subject.parent ?? unknownParent(plan.parent, sources.trust, agent);
  facts.plan_hash = plan_hash;
  facts.trust = trust;
  facts.unknown_budgets = unknown;
  const history = historyFacts({ ...normalized, facts, bundle: policySet.bundle }, sources.history);
  if (history !== undefined) facts.history = history;
  if (sources.hasApprovers === false) facts.no_approvers = true;
  return { facts };
}

/** Nobody knows who sent it: it is worth what a message of some agent is. */
function unknownParent(
  { trace_id }: NonNullable<Plan['parent']>,
  trust: TrustRegistry,
  agent: AgentRecord | undefined,
): ParentFact {
  const context = { tenantId: agent?.tenant_id, agentId: undefined, nowMs: 0, checks: { left: 0 } };
  const { trust_level } = trust.rate({ source_type: 'agent_message', trust_level: 'trusted' }, context);
  return { chain: [trace_id], status: 'unknown', trust_level };
}

/** How the plan names its agent. */
export function lookupOf({ plan }: NormalizedPlan): AgentLookup {
  const { agent_id, agent_name, tenant_id } = plan.agent;
  const lookup: AgentLookup = {};
  if (tenant_id !== undefined) lookup.tenant_id = tenant_id;
  // The id is the identity; the name serves only where no id is given.
  if (agent_id !== undefined) lookup.agent_id = agent_id;
  else if (agent_name !== undefined) lookup.agent_name = agent_name;
  return lookup;
}

function budgetNeeds(
  { normalized, caller }: FactSubject,
  agent: AgentRecord | undefined,
  { policySet, nowMs }: FactSources,
): { needs: BudgetNeed[]; unknown: string[] } {
  if (agent === undefined) return { needs: [], unknown: [] };
  const { plan, envelope } = normalized;
  const subject: BudgetSubject = {
    tenant_id: caller.tenant_id === '*' ? agent.tenant_id : caller.tenant_id,
    agent_id: agent.agent_id,
    trace_id: envelope.trace_id,
  };
  if (plan.session_id !== undefined) subject.session_id = plan.session_id;
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
 * The agent's own budgets always apply. A `budget_context` that names another defined budget applies besides them where
 * it counts each agent by itself: it can only be a further limit. Everything else is a label for people: what a plan
 * says of itself must change neither what it may spend nor what is left for others.
 */
function budgetIds(
  agent: AgentRecord,
  context: string | undefined,
  defined: ReadonlyMap<string, CountedBudget>,
): readonly string[] {
  const budgets = ownBudgets(agent);
  if (context === undefined || budgets.includes(context)) return budgets;
  return defined.get(context)?.per === 'agent' ? [...budgets, context] : budgets;
}

const ownBudgets = byIdentity((agent: AgentRecord): readonly string[] => [...new Set(agent.budgets)]);

const bundleFact = byIdentity(({ name, version }: PolicySet['bundle']): Facts['bundle'] => ({
  name,
  version,
}));

const callerFact = byIdentity(({ agent_id, roles, tenant_id, token_id }: Caller): Facts['caller'] =>
  agent_id === undefined ? { roles, tenant_id, token_id } : { agent_id, roles, tenant_id, token_id },
);

const agentFact = byIdentity((agent: AgentRecord): AgentFact => {
  const { agent_id, agent_name, agent_type, budgets, capabilities, groups } = agent;
  const { policy_bundle, status, tenant_id } = agent;
  return {
    agent_id,
    ...(agent_name === undefined ? {} : { agent_name }),
    ...(agent_type === undefined ? {} : { agent_type }),
    budgets,
    capabilities,
    groups,
    ...(policy_bundle === undefined ? {} : { policy_bundle }),
    status,
    tenant_id,
  };
});

function budgetFact(seen: BudgetFigure): BudgetFact {
  const { budget_id, key, limit, metric, on_exceed, reserved, used, window_ends_at } = seen;
  const fact: BudgetFact = { budget_id, key, limit, metric, on_exceed, reserved, used };
  if (window_ends_at !== undefined) fact.window_ends_at = window_ends_at;
  return fact;
}

/** An approval as the decision may see it; `null` where there is none. Whose it is, the stage judges. */
export function approvalFact(approval: Approval | undefined): ApprovalFact | null {
  if (approval === undefined) return null;
  const { approval_id, expires_at, plan_hash, rule_hashes, status, tenant_id } = approval;
  return { approval_id, expires_at, plan_hash, rule_hashes, status, tenant_id };
}
