import { canonicalHash, canonicalJson } from '../json/canonical.ts';
import { parsePointer, valueAt } from '../json/pointer.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { ObligationType } from '../plan/plan.ts';
import { isReference } from '../plan/references.ts';
import type { Obligation, StepView } from '../policy/bundle.ts';
import { changesArguments, effectiveArguments } from './effective-arguments.ts';
import { bindingGrants } from './granted.ts';
import { objectionToChanged } from './judge-changed.ts';
import { misfits } from './misfits.ts';
import type { StageInput, StepResult } from './stage.ts';

type Judged = { view: StepView; index: number; input: StageInput };

/**
 * A step's result with its obligations met: it names the hash of the arguments that may run. Where they cannot be met,
 * what comes of them does not fit the tool or the rules any more, or whoever runs the step says that it cannot do its part, the step
 * is blocked: an obligation that nobody can meet is one.
 */
export function withObligations(result: StepResult, judged: Judged): StepResult {
  const { obligations = [] } = result;
  if (result.decision === 'block') return result;
  const met = obligations.some(changesArguments) ? withArguments(result, judged) : result;
  if (met.decision === 'block') return met;
  const message = unsupportedAmong(obligations, judged.input.envelope.supported_obligations);
  return message === undefined ? met : blocked(result, { reason: 'obligation_unsupported', message });
}

function withArguments(result: StepResult, judged: Judged): StepResult {
  const { obligations = [] } = result;
  const { view, index, input } = judged;
  const { effective, readable, unmet } = effectiveArguments(view.arguments, obligations);
  if (unmet !== undefined) return blocked(result, unmet);
  const allowed = { ...result, arguments_hash: canonicalHash(effective) };
  if (canonicalJson(readable) === canonicalJson(view.arguments)) return allowed;
  const changed = {
    ...view,
    ...pastOfChanged(view, readable),
    arguments: readable,
    unknown_pointers: stillUnknown(readable, view),
  };
  const place = { unknown: changed.unknown_pointers, at: `/steps/${index}/arguments` };
  // The arguments of the plan itself fitted: the stage before saw to that.
  const errors = misfits(readable, bindingGrants(view.tool_name, input), place);
  const [first] = errors;
  if (first !== undefined) {
    const message = `with what the rules change, ${first.pointer} does not fit the tool: ${first.message}`;
    return { ...blocked(result, { reason: 'obligation_not_applicable', message }), errors };
  }
  const message = objectionToChanged(input, result, changed);
  return message === undefined ? allowed : blocked(result, { reason: 'obligation_conflict', message });
}

/** Telling somebody is no part of whoever runs the step; all else is. */
function unsupportedAmong(
  obligations: readonly Obligation[],
  supported: readonly ObligationType[] | undefined,
): string | undefined {
  if (supported === undefined) return undefined;
  const beyond = obligations.find(({ type }) => type !== 'notify' && !supported.includes(type));
  if (beyond === undefined) return undefined;
  const what = 'path' in beyond ? `${beyond.type} ${beyond.path}` : beyond.type;
  return `a rule obliges whoever runs the step to ${what}, which it says it cannot`;
}

function blocked(
  { demand: _nobodyIsAsked, ...result }: StepResult,
  unmet: { reason: StepResult['reason']; message: string },
): StepResult {
  return { ...result, ...unmet, decision: 'block' };
}

/** The past was asked with the values of the plan: of those that a rule put in their place nobody knows it. */
function pastOfChanged(view: StepView, changed: JsonObject): Pick<StepView, 'historyOf'> {
  const { historyOf, arguments: before } = view;
  if (historyOf === undefined) return {};
  const isChanged = (pointer: string) => {
    const path = parsePointer(pointer) ?? [];
    const [was, is] = [valueAt(before, path), valueAt(changed, path)].map((value) =>
      canonicalJson({ value }),
    );
    return was !== is;
  };
  return {
    historyOf: (query) => ([...query.same, ...query.new].some(isChanged) ? undefined : historyOf(query)),
  };
}

/** Of the values that were not known, those that no rule has set. */
function stillUnknown(changed: JsonObject, { unknown_pointers }: StepView): string[] {
  return unknown_pointers.filter((pointer) => {
    const value = valueAt(changed, parsePointer(pointer) ?? []);
    return value !== undefined && isReference(value as JsonValue);
  });
}
