import type { PlanAgent } from '../../plan/plan.ts';
import type { AgentFact, CallerFact, ParentFact } from '../facts.ts';
import type { RegisteredReason } from '../reasons.ts';
import type { Stage, StageInput } from '../stage.ts';

/** Traces a plan may come through, its own not counted. */
const MAX_CHAIN = 17;

/**
 * Who acts, and may this caller speak for them?
 *
 * Blocks a plan of an unknown, suspended or foreign agent, one whose description contradicts the registered record,
 * one that asks for a bundle the agent may not use, and one that was handed on in a circle or too often. What the plan says of its agent is a claim; what counts is the
 * record in `facts.agent`, and the caller's own tenant.
 */
export const identity: Stage = (input) => {
  const problem = firstProblem(input);
  if (problem !== undefined) {
    return { decision: 'block', reason: problem.reason, detail: { problem: problem.detail }, effects: [] };
  }
  return { decision: 'allow', reason: 'agent_verified', detail: {}, effects: [] };
};

type Problem = { reason: RegisteredReason; detail: string };

function firstProblem({ plan, envelope, facts }: StageInput): Problem | undefined {
  const { caller, agent } = facts;
  return (
    tenantProblem(plan.agent, caller) ??
    impersonationProblem(plan.agent, caller) ??
    (agent === undefined ? unknownAgent(plan.agent) : recordProblem(plan.agent, agent, caller)) ??
    (agent === undefined ? undefined : bundleProblem(plan.agent, agent, facts.bundle.name)) ??
    delegationProblem(facts.parent, envelope.trace_id)
  );
}

/** A plan that comes back to where it began, or was handed on again and again, has nobody who answers for it. */
function delegationProblem(parent: ParentFact | undefined, traceId: string): Problem | undefined {
  if (parent === undefined) return undefined;
  const { chain } = parent;
  if (chain.length >= MAX_CHAIN) {
    const detail = `the plan was handed on through ${chain.length} traces; ${MAX_CHAIN - 1} are the most`;
    return { reason: 'delegation_too_deep', detail };
  }
  if (!chain.slice(0, -1).includes(traceId)) return undefined;
  return { reason: 'delegation_loop', detail: `trace "${traceId}" handed the plan on, and gets it back` };
}

function tenantProblem(claimed: PlanAgent, caller: CallerFact): Problem | undefined {
  if (caller.tenant_id === '*' || claimed.tenant_id === undefined || claimed.tenant_id === caller.tenant_id) {
    return undefined;
  }
  return {
    reason: 'tenant_mismatch',
    detail: `the caller belongs to another tenant than "${claimed.tenant_id}"`,
  };
}

/** A token of role `agent` speaks for exactly one agent. */
function impersonationProblem(claimed: PlanAgent, caller: CallerFact): Problem | undefined {
  if (caller.agent_id === undefined || claimed.agent_id === caller.agent_id) return undefined;
  if (claimed.agent_id === undefined) return undefined; // known by name only: recordProblem compares the record found
  return {
    reason: 'agent_identity_mismatch',
    detail: `the token is bound to agent "${caller.agent_id}" and may not speak for "${claimed.agent_id}"`,
  };
}

function unknownAgent(claimed: PlanAgent): Problem {
  const name = claimed.agent_id ?? claimed.agent_name ?? '';
  return { reason: 'unknown_agent', detail: `no agent "${name}" is registered in this tenant` };
}

function recordProblem(claimed: PlanAgent, agent: AgentFact, caller: CallerFact): Problem | undefined {
  if (caller.agent_id !== undefined && caller.agent_id !== agent.agent_id) {
    return { reason: 'agent_identity_mismatch', detail: `the token is bound to agent "${caller.agent_id}"` };
  }
  if (claimed.tenant_id !== undefined && claimed.tenant_id !== agent.tenant_id) {
    return { reason: 'tenant_mismatch', detail: 'the agent belongs to another tenant than the plan says' };
  }
  for (const field of ['agent_id', 'agent_name', 'agent_type'] as const) {
    const said = claimed[field];
    const known = agent[field];
    if (said !== undefined && known !== undefined && said !== known) {
      return {
        reason: 'agent_identity_mismatch',
        detail: `the plan says ${field} "${said}", the record "${known}"`,
      };
    }
  }
  if (agent.status === 'active') return undefined;
  return { reason: 'agent_suspended', detail: `agent "${agent.agent_id}" is ${agent.status}` };
}

function bundleProblem(claimed: PlanAgent, agent: AgentFact, loaded: string): Problem | undefined {
  const wanted = claimed.policy_bundle ?? agent.policy_bundle;
  if (agent.policy_bundle !== undefined && wanted !== agent.policy_bundle) {
    return {
      reason: 'bundle_not_permitted',
      detail: `agent "${agent.agent_id}" may only use bundle "${agent.policy_bundle}"`,
    };
  }
  if (wanted === undefined || wanted === loaded) return undefined;
  return { reason: 'bundle_not_permitted', detail: `bundle "${wanted}" is not loaded; "${loaded}" is` };
}
