import type { Plan } from '../plan/plan.ts';
import type { ToolGrant } from '../policy/bundle.ts';
import type { Facts } from './facts.ts';
import type { StageInput } from './stage.ts';

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

/**
 * The grants of a tool that arguments have to fit: the one that counts for this plan, and the one that would without
 * `allowed_capabilities`, because narrowing to another capability with the tool never gets around it. None where the
 * tool is not granted.
 */
export function bindingGrants(
  toolName: string,
  { plan, facts, bundle }: Pick<StageInput, 'plan' | 'facts' | 'bundle'>,
): ToolGrant[] {
  const grant = bundle.grantOf(toolName, grantedCapabilities({ plan, facts }));
  if (grant === undefined) return [];
  const own = bundle.grantOf(toolName, facts.agent?.capabilities ?? []) ?? grant;
  return own.capability === grant.capability ? [grant] : [grant, own];
}
