import type { JsonValue } from '../../json/value.ts';
import { visible } from '../visible.ts';
import type { Cause } from './causes.ts';
import type { Change, TraceDiff } from './trace-diff.ts';

/** How words stand out; a terminal has colours, a file has none. */
export type Emphasis = {
  loosened(text: string): string;
  tightened(text: string): string;
  dim(text: string): string;
};

export const PLAIN: Emphasis = { loosened: String, tightened: String, dim: String };

export type DiffTitle = {
  before: string;
  after: string;
  /** False where not all could be compared: then that there is no difference is said of the rest alone. */
  isWhole?: boolean;
};

/** Longest value that is shown in a line. */
const MAX_SHOWN = 100;

/** The differences for people: a line each, by plan and step, with the reasons below the decisions. */
export function renderDiff(
  diff: TraceDiff,
  { before, after, isWhole = true }: DiffTitle,
  emphasis: Emphasis = PLAIN,
): string {
  const head = `${visible(before)} → ${visible(after)}: ${diff.changes.length === 0 ? sameWord(isWhole) : effectWord(diff.effect, emphasis)}`;
  const lines = [head];
  let plan: string | undefined;
  let step: string | undefined;
  for (const change of diff.changes) {
    if (change.plan !== plan) lines.push('', `plan ${visible(change.plan)}`);
    if (change.step_id !== undefined && (change.step_id !== step || change.plan !== plan))
      lines.push(`  step ${visible(change.step_id)}`);
    ({ plan, step_id: step } = change);
    lines.push(...changeLines(change, emphasis));
  }
  return `${lines.join('\n')}\n`;
}

function sameWord(isWhole: boolean): string {
  return isWhole ? 'no difference' : 'no difference in what could be compared';
}

const EFFECT_WORDS: Record<TraceDiff['effect'], string> = {
  loosened: 'loosened, more passes',
  tightened: 'tightened, less passes',
  mixed: 'some loosened, some tightened',
  none: 'same decisions',
};

function effectWord(effect: TraceDiff['effect'], emphasis: Emphasis): string {
  const word = EFFECT_WORDS[effect];
  return effect === 'loosened' || effect === 'tightened' ? emphasis[effect](word) : word;
}

function changeLines(change: Change, emphasis: Emphasis): string[] {
  const indent = change.step_id === undefined ? '  ' : '    ';
  const { effect, because = [] } = change;
  const mark = effect === undefined ? '' : `  ${emphasis[effect](effect)}`;
  const line = `${indent}${nameOf(change)}: ${sides(change)}${mark}`;
  return [line, ...because.map((cause) => emphasis.dim(`${indent}  because ${causeText(cause)}`))];
}

/** The place within its plan or step, without what the headings say. */
function nameOf({ pointer, step_id, kind }: Change): string {
  const inside = pointer.split('/').slice(step_id === undefined ? 3 : 5);
  return inside.length === 0 ? kind : visible(inside.join('/'));
}

function sides({ before, after }: { before?: JsonValue; after?: JsonValue }): string {
  if (before === undefined) return `new: ${shown(after)}`;
  if (after === undefined) return `gone: ${shown(before)}`;
  return `${shown(before)} → ${shown(after)}`;
}

function causeText(cause: Cause): string {
  if (cause.kind !== 'rule')
    return `${visible(cause.pointer.split('/').slice(3).join('/'))}: ${sides(cause)}`;
  const name = `rule ${visible(cause.rule ?? '')}`;
  if (cause.before === undefined) return `${name} matches now`;
  if (cause.after === undefined) return `${name} no longer matches`;
  return `${name} is another: ${sides(cause)}`;
}

function shown(value: JsonValue | undefined): string {
  const text = visible(JSON.stringify(value) ?? '');
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}

/** One thing that a record says, and what its own facts come to. */
type SaidOtherwise = { stage: string; pointer: string; recorded?: JsonValue; reevaluated?: JsonValue };
type Contradicting = { execution_plan_id: string; differences: readonly SaidOtherwise[] };

/** Records that do not follow from themselves, for people; empty where all do. */
export function renderContradictions(contradictions: readonly Contradicting[]): string {
  return contradictions
    .map(({ execution_plan_id, differences }) => {
      const lines = differences.map(
        ({ stage, pointer, recorded, reevaluated }) =>
          `  ${visible(stage)} ${visible(pointer)}: ${shown(recorded)}, and it comes to ${shown(reevaluated)}\n`,
      );
      return `\nthe record of plan ${visible(execution_plan_id)} does not follow from its own facts:\n${lines.join('')}`;
    })
    .join('');
}
