import { scopeOf } from '../evaluation/inspect-plan.ts';
import { DIRECTIONS } from '../guard/finding.ts';
import type { PlanText } from '../plan/texts.ts';
import type { PackedTexts } from './wire.ts';

type Text = Pick<PlanText, 'direction' | 'operator' | 'text'>;

export function packed(texts: readonly PlanText[]): PackedTexts {
  const ends = new Uint32Array(texts.length);
  const directions = new Uint8Array(texts.length);
  const operators: PackedTexts['operators'] = [];
  const scopes = new Uint16Array(texts.length);
  let end = 0;
  for (const [at, { direction, operator, text, pointer }] of texts.entries()) {
    end += text.length;
    ends[at] = end;
    directions[at] = DIRECTIONS.indexOf(direction);
    scopes[at] = scopeOf(pointer);
    if (operator !== undefined) operators.push({ at, operator });
  }
  return { text: texts.map(({ text }) => text).join(''), ends, directions, operators, scopes };
}

/** The texts that `packed` was given, without their places. */
export function unpacked({ text, ends, directions, operators }: Omit<PackedTexts, 'scopes'>): Text[] {
  let start = 0;
  const texts = Array.from(ends, (end, at): Text => {
    const one: Text = { direction: DIRECTIONS[directions[at] ?? 0] ?? 'input', text: text.slice(start, end) };
    start = end;
    return one;
  });
  for (const { at, operator } of operators) (texts[at] as Text).operator = operator;
  return texts;
}
