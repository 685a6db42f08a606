import type { JsonValue } from '../../../json/value.ts';
import { argumentPointer } from '../../argument-schema.ts';

/**
 * The way to a member of a rule as its author wrote it, from the way in the rule's one form: attributes may stand outside of
 * `match`, arguments may be names or dotted paths, lists are in another order or a single value. It ends where the rule as
 * written says no more.
 */
export function writtenPath(rule: JsonValue, members: readonly string[]): string[] {
  const path: string[] = [];
  let value: JsonValue | undefined = rule;
  for (const member of isFlat(rule, members) ? members.slice(1) : members) {
    const key = keyOf(value, member);
    if (key === undefined) return path;
    path.push(key);
    value = (value as Record<string, JsonValue>)[key];
  }
  return path;
}

function isFlat(rule: JsonValue, [first, attribute = '']: readonly string[]): boolean {
  if (first !== 'match' || keyOf(rule, attribute) === undefined) return false;
  return keyOf((rule as Record<string, JsonValue>)['match'], attribute) === undefined;
}

/** The key of a member, which may be written in another way; of a list its index, or that of the element that it is. */
function keyOf(value: JsonValue | undefined, member: string): string | undefined {
  if (value === undefined || value === null || typeof value !== 'object') return undefined;
  const isMeant = (written: unknown) =>
    written === member || (typeof written === 'string' && argumentPointer(written) === member);
  if (!Array.isArray(value)) return Object.hasOwn(value, member) ? member : Object.keys(value).find(isMeant);
  if (/^\d+$/.test(member) && Number(member) < value.length) return member;
  const index = value.findIndex(isMeant);
  return index < 0 ? undefined : String(index);
}
