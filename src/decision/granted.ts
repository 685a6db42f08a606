import type { Plan } from '../plan/plan.ts';
import type { Facts } from './facts.ts';

/** The capabilities that count for this plan, in the order of the agent's record; the plan can only narrow them. */
export function grantedCapabilities({
  plan,
  facts,
}: {
  plan: Pick<Plan, 'allowed_capabilities'>;
  facts: Pick<Facts, 'agent'>;
}): string[] {
  const own = facts.agent?.capabilities ?? [];
  const narrowed = plan.allowed_capabilities;
  return narrowed === undefined ? own : own.filter((name) => narrowed.includes(name));
}
