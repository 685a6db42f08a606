import { canonicalJson } from '../json/canonical.ts';
import type { JsonObject } from '../json/value.ts';
import type { Obligation, PolicyVerdict, StepView } from '../policy/bundle.ts';
import { effectiveArguments } from './effective-arguments.ts';
import type { StageInput, StepResult } from './stage.ts';

/**
 * Why a step may not run with arguments that rules changed, by the rules themselves; nothing where it may. `changed` is
 * the step as it would run. It must get no stronger an answer than the step of the plan did, ask nobody who was not asked,
 * and bring no obligation that is not met: or what one rule sets would get around another.
 */
export function objectionToChanged(
  { bundle }: Pick<StageInput, 'bundle'>,
  result: StepResult,
  changed: StepView,
): string | undefined {
  const verdict = bundle.evaluate(changed);
  const stronger = verdict.action === 'block' || (verdict.action !== 'allow' && result.decision === 'allow');
  if (stronger || asksMore(verdict, result)) return `with what the rules change, ${wordsOf(verdict)}`;
  const unmet = unmetAmong(verdict.obligations, result.obligations ?? [], changed.arguments);
  return unmet && `with what the rules change, the step has an obligation more: ${unmet.type}`;
}

function asksMore({ demand }: PolicyVerdict, result: StepResult): boolean {
  return demand?.rule_hashes.some((hash) => result.demand?.rule_hashes.includes(hash) !== true) ?? false;
}

function wordsOf({ action, by_default, matched, reason }: PolicyVerdict): string {
  const what = action === 'block' ? 'the step would be blocked' : 'others would have to approve the step';
  const rule = by_default ? undefined : matched.find((one) => one.overridden_by === undefined);
  return rule === undefined ? `${what}: ${reason}` : `${what} by rule ${rule.id}: ${reason}`;
}

/** The first obligation that came with the change and would have something left to do. */
function unmetAmong(
  obligations: readonly Obligation[],
  met: readonly Obligation[],
  args: JsonObject,
): Obligation | undefined {
  const known = new Set(met.map(canonicalJson));
  return obligations.find((one) => {
    if (one.type === 'notify' || known.has(canonicalJson(one))) return false;
    if (one.type !== 'cap_argument' && one.type !== 'set_argument') return true;
    const { readable } = effectiveArguments(args, [one]);
    return readable === undefined || canonicalJson(readable) !== canonicalJson(args);
  });
}
