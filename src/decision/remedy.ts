import type { ExplainInput } from './explain-input.ts';
import type { RegisteredReason } from './reasons.ts';
import { deciding, decidingRule, namedRule } from './why.ts';

/** What would make a blocked plan pass, by reason. Reasons of policy rules are answered by naming the rule. */
const REMEDIES: Partial<Record<RegisteredReason, string>> = {
  unknown_agent: 'Register the agent in agents.yaml or with POST /agents, or correct the agent id.',
  agent_suspended: 'An operator must resume the agent (POST /agents/{agent_id}/resume).',
  agent_identity_mismatch: 'Use a token of this agent, and describe the agent as it is registered.',
  tenant_mismatch: 'Use a token of the tenant that owns the agent.',
  bundle_not_permitted: 'Leave policy_bundle out, or name the bundle the agent may use.',
  delegation_loop: 'Let the agent that was asked answer, instead of handing the task back as a new plan.',
  delegation_too_deep: 'Hand the task on less often, or begin anew with what a person asked for.',
  prompt_injection_detected: 'Remove the flagged text from the plan, or have a person look at its source.',
  dangerous_content_detected: 'Remove the flagged content from the arguments.',
  inspection_incomplete: 'Send less text: what is too large to inspect in full is not allowed through.',
  classifier_unavailable:
    'Have a person look at the plan and approve it, or submit it again once the model answers.',
  capability_not_granted: 'Grant the agent a capability that lists this tool, or use a tool it has.',
  invalid_arguments: 'Correct the arguments named in errors to fit the JSON Schema of the tool.',
  default_block: 'No rule allows this. Add an allow rule for this tool and agent if it should be possible.',
  not_evaluated: 'Correct the step that blocked the plan, then submit it again.',
  obligation_not_applicable:
    'Write the argument that a rule changes into the plan itself, as a number where it is capped, so that it fits the tool.',
  obligation_unsupported:
    'Have the plan run by something that can do what the obligation says, and name it in supported_obligations.',
  obligation_conflict: 'Two rules contradict each other; the policy owner must correct one of them.',
  budget_exceeded: 'Wait for the budget window to end, lower the cost, or have the limit raised.',
  unknown_budget: 'Define the budget in budgets.yaml, or take it off the agent.',
  approval_unavailable:
    'Submit the plan to a gateway, where people can approve it, or change it so that nothing asks for approval.',
  approval_pending: 'Wait until the approval is given, then send the same plan with its approval_id again.',
  approval_rejected: 'A person said no. Change the plan and submit it as a new one.',
  approval_expired: 'Submit the plan without approval_id to ask again.',
  approval_consumed: 'An approval is used once. Submit the plan without approval_id to ask again.',
  approval_cancelled: 'Submit the plan without approval_id to ask again.',
  approval_plan_mismatch: 'Send exactly the plan that was approved, or submit this one without approval_id.',
  approval_not_found: 'Check the approval_id, or submit the plan without it.',
  internal_error: 'Nothing is wrong with the plan. Tell the operator the trace id.',
};

/** One or two sentences for the person who wants the plan to pass. */
export function remedyFor({ verdict, steps, facts }: ExplainInput): string {
  if (verdict.decision === 'allow') return 'Nothing: the plan may run.';
  const missed = deciding(steps, verdict)[0]?.doubtful_rules?.[0];
  if (verdict.control === 'policy' && missed !== undefined)
    return `Send what ${namedRule(missed)} could not judge, so that it can allow this: ${missed.doubt}.`;
  const known = REMEDIES[verdict.reason as RegisteredReason];
  if (known !== undefined) return known;
  if (verdict.decision === 'require_approval') {
    return 'Have the approval granted, then send the same plan again with its approval_id.';
  }
  const rule = decidingRule(steps, verdict);
  const named = rule === undefined ? 'the rule that matched' : `rule ${rule.id}`;
  return `Change the plan so that ${named} of bundle ${facts.bundle.name} no longer matches, or have its owner change it.`;
}
