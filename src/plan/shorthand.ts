import type { Shorthand, SubmittedPlan } from './schema.ts';

/** A submission in its full form, where only the agent's name may be known. */
export type ExpandedPlan = Omit<SubmittedPlan, 'agent'> & {
  agent: Omit<SubmittedPlan['agent'], 'agent_id'> & { agent_id?: string };
  allowed_capabilities?: string[] | undefined;
};

/** True for the one-call form `{ agent_name, tool_name, arguments }`. */
export function isShorthand(submission: unknown): boolean {
  return (
    typeof submission === 'object' &&
    submission !== null &&
    'tool_name' in submission &&
    !('steps' in submission)
  );
}

/** The plan of one step that a shorthand stands for. */
export function expandShorthand(short: Shorthand): ExpandedPlan {
  return {
    agent: { agent_name: short.agent_name },
    steps: [{ tool_name: short.tool_name, arguments: short.arguments ?? {} }],
    approval_id: short.approval_id,
    mode: short.dry_run === true ? 'dry_run' : undefined,
    allowed_capabilities: short.allowed_capabilities,
  };
}
