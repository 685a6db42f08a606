import { pointerSegment } from '../json/pointer.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import type { ExpandedPlan } from './shorthand.ts';

/** A piece of text of a plan that the guard inspects, and where it stands. */
export type PlanText = {
  /** JSON pointer into the plan as submitted. */
  pointer: string;
  direction: 'input' | 'context' | 'arguments' | 'output';
  /** The text is the name of the member at `pointer`, not its value. */
  in_name?: true;
  /** Of the name of an operator (`$ne`) what it stands beside; it is not recorded. */
  operator?: Operator;
  text: string;
};

/** The name of the member that an object with an operator stands in, `''` where it stands in none, and what the operator is given. */
export type Operator = { under: string; operand: JsonValue };

/** What people and operators write; everything else a source brings was written by somebody unknown. */
const INPUT_SOURCES = new Set(['user_prompt', 'system_prompt']);

/** Names that cannot carry an instruction or a secret, and are nearly all there are. */
const PLAIN_NAME = /^[A-Za-z_-]{1,16}$/;

/**
 * Every text of a submission that may carry an attack: prompt, provenance content, strings in arguments and the names
 * of their members.
 */
export function textsOf(submitted: ExpandedPlan): PlanText[] {
  const texts: PlanText[] = [];
  if (submitted.prompt !== undefined && submitted.prompt !== '') {
    texts.push({ pointer: '/prompt', direction: 'input', text: submitted.prompt });
  }
  addSources(texts, submitted.provenance, '/provenance');
  for (let index = 0; index < submitted.steps.length; index += 1) {
    const step = submitted.steps[index] as ExpandedPlan['steps'][number];
    addSources(texts, step.provenance, `/steps/${index}/provenance`);
    const at = { pointer: `/steps/${index}/arguments`, direction: 'arguments', under: '' } as const;
    if (step.arguments !== undefined) addStrings(texts, step.arguments as JsonValue, at);
  }
  return texts;
}

function addSources(texts: PlanText[], sources: ExpandedPlan['provenance'], pointer: string): void {
  if (sources === undefined) return;
  for (const [index, source] of sources.entries()) {
    if (source.content === undefined || source.content === '') continue;
    const direction = INPUT_SOURCES.has(source.source_type) ? 'input' : 'context';
    texts.push({ pointer: `${pointer}/${index}/content`, direction, text: source.content });
  }
}

/** Every string in a JSON value, and every name of a member that is not plain, as a text of its own, at `pointer` and below. */
export function stringsOf(value: JsonValue, pointer: string, direction: PlanText['direction']): PlanText[] {
  const texts: PlanText[] = [];
  addStrings(texts, value, { pointer, direction, under: '' });
  return texts;
}

type Place = Pick<PlanText, 'pointer' | 'direction'> & Pick<Operator, 'under'>;

function addStrings(texts: PlanText[], value: JsonValue, at: Place): void {
  const { pointer, direction, under } = at;
  if (typeof value === 'string') {
    if (value !== '') texts.push({ pointer, direction, text: value });
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      addStrings(texts, value[index] as JsonValue, { pointer: `${pointer}/${index}`, direction, under });
    }
  } else if (value !== null && typeof value === 'object') addMembers(texts, value, at);
}

function addMembers(texts: PlanText[], object: JsonObject, { pointer, direction, under }: Place): void {
  for (const key in object) {
    const operand = object[key] as JsonValue;
    const below = { pointer: `${pointer}/${pointerSegment(key)}`, direction };
    const operator = key.startsWith('$') && direction === 'arguments' ? { under, operand } : undefined;
    if (!PLAIN_NAME.test(key))
      texts.push({ ...below, in_name: true, ...(operator && { operator }), text: key });
    addStrings(texts, operand, { ...below, under: operator === undefined ? key : under });
  }
}
