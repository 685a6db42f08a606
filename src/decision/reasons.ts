/**
 * Every reason code a decision or a stage can carry, with what it means. The one registry: docs/reasons.md is
 * checked against it both ways. Codes are stable; a policy rule may add its own with `reason:`.
 */
export const REASONS = {
  // identity
  agent_verified: 'The agent is known, active, and the caller may speak for it.',
  unknown_agent: 'No agent of this id or name is registered in the tenant.',
  agent_suspended: 'The agent is suspended or retired.',
  agent_identity_mismatch:
    'The caller may not speak for this agent, or the plan describes the agent wrongly.',
  tenant_mismatch: 'The agent or the plan belongs to another tenant than the caller.',
  bundle_not_permitted: 'The plan asks for a policy bundle the agent may not use, or that is not loaded.',
  delegation_loop: 'The plan was handed on and came back to the trace it came from.',
  delegation_too_deep: 'The plan was handed on through more traces than are followed.',
  // local enforcement
  content_clean: 'The guard saw nothing that blocks.',
  content_flagged: 'The guard saw something suspicious; policy rules decide what it means.',
  prompt_injection_detected: 'Text that led to the plan tries to override its instructions.',
  dangerous_content_detected: 'An argument or a text holds content that may not leave.',
  inspection_incomplete: 'A text was too large to be inspected in full.',
  classifier_unavailable: 'A model was to look at the texts of the plan and did not answer.',
  // capability
  capability_granted: 'Every tool of the plan is granted to the agent and its arguments fit.',
  capability_not_granted: 'The tool is in no capability of the agent.',
  invalid_arguments: 'The arguments do not fit the JSON Schema of the tool.',
  // policy
  rule_matched: 'A policy rule without a reason of its own decided.',
  default_block: 'No policy rule matched, and the bundle blocks by default.',
  default_allow: 'No policy rule matched, and the bundle allows by default.',
  default_require_approval: 'No policy rule matched, and the bundle asks for approval by default.',
  obligation_not_applicable:
    'A rule changes an argument in a way that is not possible here, or that the tool would not take.',
  obligation_unsupported: 'A rule brings an obligation that whoever runs the plan says it cannot fulfil.',
  obligation_conflict: 'Two matched rules ask for obligations that cannot both be met.',
  // budget
  within_budget: 'Every budget of the agent has room for this plan.',
  no_budget: 'The agent has no budget, so nothing is limited here.',
  budget_exceeded: 'A budget of the agent has no room for this plan.',
  unknown_budget: 'The agent or the plan names a budget that is not defined.',
  // approval
  approval_not_needed: 'Nothing in the plan asks for approval.',
  approval_required: 'A person must approve this plan before it may run.',
  approval_unavailable: 'A person would have to approve this plan, and nobody can where it is decided.',
  approval_granted: 'A person approved exactly this plan.',
  approval_pending: 'The approval this plan names is still waiting for a decision.',
  approval_rejected: 'A person rejected this plan.',
  approval_expired: 'The approval this plan names ran out before it was used.',
  approval_consumed: 'The approval this plan names has been used already.',
  approval_cancelled: 'The approval this plan names was cancelled.',
  approval_plan_mismatch: 'The approval belongs to another plan.',
  approval_not_found: 'No approval of this id exists in the tenant.',
  // pipeline
  stage_skipped: 'An earlier stage blocked, so this one was not reached.',
  not_evaluated: 'Another step blocked the plan before policy, so no rule has judged this step.',
  allowed: 'Nothing objected to the plan.',
  internal_error: 'A stage failed unexpectedly; the plan is blocked to be safe.',
} as const;

export type RegisteredReason = keyof typeof REASONS;
/** A registered code, or the `reason:` of a policy rule. */
export type ReasonCode = RegisteredReason | (string & {});
