import type { MatchedRule } from '../policy/bundle.ts';
import { layerWords } from '../policy/layer.ts';
import type { StepDecision } from './decision.ts';
import type { ExplainInput } from './explain-input.ts';
import { REASONS } from './reasons.ts';
import type { StageResult } from './stage.ts';

/** Why a plan got its verdict, in a sentence that names what objected: the rule, the budget, the argument. */
export function whyOf({ verdict, steps, records }: ExplainInput): string {
  const result = records.find(({ stage }) => stage === verdict.control)?.result;
  const step = deciding(steps, verdict)[0];
  const rule = decidingRule(steps, verdict);
  if (verdict.control === 'policy' && rule !== undefined) return ruleSentence(rule) + missedAllow(step);
  const said = result?.steps?.find((each) => isVerdict(each, verdict))?.message;
  const invalid = step?.errors?.[0];
  const reasons = [
    result?.detail['problem'],
    result === undefined ? undefined : budgetProblem(result),
    said,
    invalid && `argument ${invalid.pointer}: ${invalid.message}`,
    REASONS[verdict.reason as keyof typeof REASONS],
  ];
  const why = reasons.find((reason) => typeof reason === 'string' && reason !== '');
  const sentence = asSentence(String(why ?? `the reason is ${verdict.reason}`));
  return verdict.control === 'policy' ? sentence + missedAllow(step) : sentence;
}

/** A sentence for the allow that would have helped and is in doubt; empty where there is none. */
function missedAllow(step: StepDecision | undefined): string {
  const [rule, ...others] = step?.doubtful_rules ?? [];
  if (rule === undefined) return '';
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return ` ${asSentence(`${namedRule(rule)}${more} would allow it, but is in doubt: ${rule.doubt}`)}`;
}

/** `rule payment.small`, with its layer where it is not for everyone. */
export function namedRule({ id, layer }: Pick<MatchedRule, 'id' | 'layer'>): string {
  return layer === undefined ? `rule ${id}` : `rule ${id} of ${layerWords(layer)}`;
}

/** What the owner of the rule wrote, as it is written, and what was in doubt where that made the rule match. */
function ruleSentence({ id, layer, message, doubt }: MatchedRule): string {
  const whose = layer === undefined ? '' : ` of ${layerWords(layer)}`;
  const named = message === undefined ? `Rule ${id}${whose} matched.` : ended(message);
  const sentence = message === undefined || whose === '' ? named : `${named} (Rule ${id}${whose}.)`;
  return doubt === undefined ? sentence : `${sentence} In doubt: ${ended(doubt)}`;
}

function asSentence(text: string): string {
  return ended(text.charAt(0).toUpperCase() + text.slice(1));
}

type Verdict = ExplainInput['verdict'];

/** The rule that gave the verdict: of those with its action and reason one that matched for sure, if there is any. */
export function decidingRule(steps: readonly StepDecision[], verdict: Verdict): MatchedRule | undefined {
  const rules = deciding(steps, verdict)
    .flatMap((step) => step.matched_rules)
    .filter(
      ({ effect, reason, overridden_by }) =>
        overridden_by === undefined && effect === verdict.decision && reason === verdict.reason,
    );
  return rules.find(({ doubt }) => doubt === undefined) ?? rules[0];
}

/** The steps that got the verdict for its reason; where none did, those that got it at all. */
export function deciding(steps: readonly StepDecision[], verdict: Verdict): readonly StepDecision[] {
  const same = steps.filter((step) => isVerdict(step, verdict));
  return same.length > 0 ? same : steps.filter(({ decision }) => decision === verdict.decision);
}

function isVerdict(one: { decision: string; reason: string }, { decision, reason }: Verdict): boolean {
  return one.decision === decision && one.reason === reason;
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

type Figures = {
  budget_id: string;
  metric: string;
  limit: number;
  used: number;
  reserved: number;
  needed: number;
};

/** Which budget has no room, with its figures; nothing where no budget objected. */
function budgetProblem({ reason, detail }: StageResult): string | undefined {
  if (reason === 'unknown_budget') return `budget ${detail['budget_id']} is not defined`;
  if (reason !== 'budget_exceeded') return undefined;
  const { budget_id, metric, limit, used, reserved, needed } = (
    Array.isArray(detail['exceeded']) ? detail['exceeded'][0] : detail
  ) as Figures;
  const left = Math.max(0, limit - used - reserved);
  const [leftover, of, need] = [left, limit, needed].map((units) => amount(metric, units));
  return `budget ${budget_id} has ${leftover} left of ${of}, and the plan needs ${need}`;
}

const COUNTED: Record<string, string> = { tokens: 'token', tool_calls: 'tool call' };

function amount(metric: string, units: number): string {
  const shown = metric === 'usd' ? units / 1_000_000 : units;
  const unit = metric === 'usd' ? 'USD' : `${COUNTED[metric] ?? metric}${units === 1 ? '' : 's'}`;
  return `${shown.toLocaleString('en', { maximumFractionDigits: 6 })} ${unit}`;
}
