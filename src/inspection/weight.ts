import type { JsonValue } from '../json/value.ts';
import type { PlanText } from '../plan/texts.ts';

/** What a text costs besides its characters, in characters. */
const EACH = 32;
/** From here on it goes to a thread: some twenty milliseconds of work. */
export const LARGE = 65_536;
/** From here on a thread is started, so that a large one that follows finds it ready. */
export const WARMING = LARGE / 4;

/** How much work it is to inspect texts, all of them together: about the characters in them. */
export function weightOfTexts(texts: readonly Pick<PlanText, 'text'>[]): number {
  let weight = 0;
  for (let index = 0; index < texts.length; index += 1)
    weight += EACH + (texts[index] as PlanText).text.length;
  return weight;
}

/** The same of all strings in a JSON value, names of members among them. */
export function weightOf(value: JsonValue): number {
  if (typeof value === 'string') return EACH + value.length;
  if (value === null || typeof value !== 'object') return 0;
  let weight = 0;
  if (Array.isArray(value)) for (const item of value) weight += weightOf(item);
  else for (const name in value) weight += EACH + name.length + weightOf(value[name] as JsonValue);
  return weight;
}
