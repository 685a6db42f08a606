import type { Action, StepView } from '../../src/policy/bundle.ts';

/** A rule as the properties about layers generate it: what it asks of a step is its tool alone. */
export type LayeredRule = {
  id: string;
  match?: { tool_name: string };
  action: Action;
  overrides?: string[];
  overridable?: boolean;
  layer?: { kind: string; tenant_id?: string; group?: string; agent_id?: string };
};

export type PlainDefault = { action: Action; overridable: boolean };

const ORDER: Action[] = ['allow', 'require_approval', 'block'];

/** Whether a layer is the step's own: everything it names is true of the step. */
function isOwn({ layer }: LayeredRule, step: StepView): boolean {
  const { tenant_id, group, agent_id } = layer ?? {};
  return (
    (tenant_id === undefined || tenant_id === step.tenant_id) &&
    (group === undefined || (step.groups ?? []).includes(group)) &&
    (agent_id === undefined || agent_id === step.agent_id)
  );
}

/**
 * Layers once more, as plainly as possible and with nothing of the engine: every rule is looked at, and the default is
 * one more rule for everyone where no rule for everyone matches and it is not marked overridable.
 */
export function referenceLayers(
  rules: readonly LayeredRule[],
  byDefault: PlainDefault,
  step: StepView,
): { action: Action; byDefault: boolean; matched: string[]; overridden: string[]; outranked: string[] } {
  const matched = rules.filter(
    (rule) => isOwn(rule, step) && (rule.match === undefined || rule.match.tool_name === step.tool_name),
  );
  const isOverridden = (rule: LayeredRule) =>
    matched.some(({ overrides = [] }) => overrides.includes(rule.id));
  const standing = matched.filter((rule) => !isOverridden(rule));
  const actions = standing.map(({ action }) => action);
  const isSpokenOf = matched.some(({ layer }) => layer === undefined);
  const defaultStands = standing.length === 0 || (!isSpokenOf && !byDefault.overridable);
  const all = defaultStands ? [...actions, byDefault.action] : actions;
  const action = ORDER.findLast((one) => all.includes(one)) as Action;
  const isWeaker = (rule: LayeredRule) => ORDER.indexOf(rule.action) < ORDER.indexOf(byDefault.action);
  const ids = (some: readonly LayeredRule[]) => some.map(({ id }) => id).sort();
  return {
    action,
    byDefault: !actions.includes(action),
    matched: ids(matched),
    overridden: ids(matched.filter(isOverridden)),
    outranked: defaultStands ? ids(standing.filter(isWeaker)) : [],
  };
}

/** Whether a rule may name another in `overrides`: one for everyone, one of its own layer, or of one above it. */
export function mayName(rule: LayeredRule, target: LayeredRule): boolean {
  const above = ['tenant', 'agent_group', 'agent'];
  const [own, other] = [rule.layer, target.layer];
  if (other === undefined) return true;
  if (own === undefined) return false;
  if (JSON.stringify(own) === JSON.stringify(other)) return true;
  if (above.indexOf(other.kind) >= above.indexOf(own.kind)) return false;
  return other.tenant_id === undefined || other.tenant_id === own.tenant_id;
}
