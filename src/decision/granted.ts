import type { StageInput } from './stage.ts';

/** The capabilities that count for this plan, in the order of the agent's record; the plan can only narrow them. */
export function grantedCapabilities({ plan, facts }: Pick<StageInput, 'plan' | 'facts'>): string[] {
  const own = facts.agent?.capabilities ?? [];
  const narrowed = plan.allowed_capabilities;
  return narrowed === undefined ? own : own.filter((name) => narrowed.includes(name));
}
