import type { Plan } from '../plan/plan.ts';
import type { Bundle, ToolGrant } from '../policy/bundle.ts';
import type { Facts } from './facts.ts';

/** What a plan claims, and what is known of its agent. */
type Claims = {
  plan: Pick<Plan, 'allowed_capabilities'>;
  facts: Pick<Facts, 'agent'>;
  bundle: Pick<Bundle, 'grantOf'>;
};

/** The capabilities that are left to this plan, in the order of the agent's record; the plan can only narrow them. */
function leftCapabilities({ plan, facts }: Pick<Claims, 'plan' | 'facts'>): string[] {
  const own = facts.agent?.capabilities ?? [];
  const narrowed = plan.allowed_capabilities;
  return narrowed === undefined ? own : own.filter((name) => narrowed.includes(name));
}

/**
 * The grant of a tool that counts: that of the agent's record, as long as the plan leaves itself one. `allowed_capabilities` takes
 * tools away and does nothing else: or an agent would choose by it under which capability and level the rules see its step.
 */
export function grantFor(toolName: string, claims: Claims): ToolGrant | undefined {
  return bindingGrants(toolName, claims)[0];
}

/**
 * The grants of a tool that arguments have to fit: the one that counts, and that of the first capability which the plan leaves
 * itself. None where the tool is not granted.
 */
export function bindingGrants(toolName: string, { plan, facts, bundle }: Claims): ToolGrant[] {
  const own = bundle.grantOf(toolName, facts.agent?.capabilities ?? []);
  if (own === undefined || plan.allowed_capabilities === undefined) return own === undefined ? [] : [own];
  const left = bundle.grantOf(toolName, leftCapabilities({ plan, facts }));
  if (left === undefined) return [];
  return left.capability === own.capability ? [own] : [own, left];
}
