import { canonicalJson } from '../../../json/canonical.ts';
import type { JsonObject, JsonValue } from '../../../json/value.ts';

/** Keywords by which a schema takes less where the number grows, and where it falls. */
const LEAST = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']);
const MOST = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']);
const SAYS_NOTHING = new Set(['title', 'description', 'examples', 'default', '$comment', 'deprecated']);
/** Keywords that, where there were none, only take something away. */
const ADDED = new Set([
  ...LEAST,
  ...MOST,
  'type',
  'enum',
  'const',
  'pattern',
  'required',
  'multipleOf',
  'items',
]);

/**
 * True where everything that fits `after` fits `before`, of two JSON Schemas; `undefined` is the one that takes anything.
 * Never true by mistake; false wherever more than bounds, lists and members of a schema changed.
 */
export function schemaNarrows(before: JsonObject | undefined, after: JsonObject | undefined): boolean {
  const texts = [before, after].map((schema) => (schema === undefined ? '' : canonicalJson(schema)));
  // These look at other parts of a schema, so that a part which takes less may make the whole take more.
  if (texts.some((text) => /"(\$ref|\$dynamicRef|unevaluatedProperties|unevaluatedItems)"/.test(text)))
    return texts[0] === texts[1];
  return narrows(before, after);
}

function narrows(before: unknown, after: unknown): boolean {
  if (before === undefined || before === true || after === false) return true;
  if (after === undefined || after === true || before === false) return isEmptySchema(before);
  const [old, now] = [before as JsonObject, after as JsonObject];
  if (canonicalJson(old) === canonicalJson(now)) return true;
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.every((name) => SAYS_NOTHING.has(name) || memberNarrows(name, old, now));
}

function isEmptySchema(schema: unknown): boolean {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    Object.keys(schema).every((name) => SAYS_NOTHING.has(name))
  );
}

function memberNarrows(name: string, old: JsonObject, now: JsonObject): boolean {
  const [was, is] = [old[name], now[name]];
  if (was !== undefined && is !== undefined && canonicalJson(was) === canonicalJson(is)) return true;
  if (name === 'properties') return propertiesNarrow(old, now);
  if (name === 'additionalProperties') return isClosing(old, now) || narrows(was, is);
  if (was === undefined) return ADDED.has(name);
  if (is === undefined) return false;
  return name === 'items' ? narrows(was, is) : boundNarrows(name, was, is);
}

function boundNarrows(name: string, was: JsonValue, is: JsonValue): boolean {
  if (LEAST.has(name)) return Number(is) >= Number(was);
  if (MOST.has(name)) return Number(is) <= Number(was);
  if (name === 'required') return listed(was).every((one) => listed(is).includes(one));
  return (name === 'enum' || name === 'type') && listed(is).every((one) => listed(was).includes(one));
}

function listed(value: JsonValue): string[] {
  return [value].flat().map((one) => canonicalJson(one));
}

/** Closing a schema takes away what it did not name, but it must not name more at the same time. */
function isClosing(old: JsonObject, now: JsonObject): boolean {
  return (
    old['additionalProperties'] === undefined &&
    now['additionalProperties'] === false &&
    propertiesNarrow(old, now)
  );
}

function propertiesNarrow(old: JsonObject, now: JsonObject): boolean {
  const [was, is] = [membersOf(old), membersOf(now)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].every((name) =>
    narrows(
      memberSchema(old, { members: was, byPattern: false }, name),
      memberSchema(now, { members: is, byPattern: true }, name),
    ),
  );
}

function membersOf({ properties = {} }: JsonObject): JsonObject {
  return properties as JsonObject;
}

/**
 * What a schema asks of a member, named or not. With patterns of names nobody can tell so simply: `byPattern` says what to take
 * it for, nothing of the older schema and anything of the newer.
 */
function memberSchema(
  schema: JsonObject,
  { members, byPattern }: { members: JsonObject; byPattern: boolean },
  name: string,
): unknown {
  if (Object.hasOwn(members, name)) return members[name];
  return schema['patternProperties'] === undefined ? schema['additionalProperties'] : byPattern;
}
