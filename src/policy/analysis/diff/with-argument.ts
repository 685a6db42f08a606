import { parsePointer } from '../../../json/pointer.ts';
import type { JsonObject, JsonValue } from '../../../json/value.ts';

/** Arguments with a value at a pointer; nothing there where it is `undefined`. Lists are made for segments that are numbers. */
export function withArgument(args: JsonObject, pointer: string, value: JsonValue | undefined): JsonObject {
  return argumentAt(pointer)(args, value);
}

/** The same for one pointer and many arguments. */
export function argumentAt(pointer: string): (args: JsonObject, value: JsonValue | undefined) => JsonObject {
  const segments = parsePointer(pointer) ?? [];
  const [only] = segments;
  if (segments.length !== 1 || only === undefined || /^\d+$/.test(only))
    return (args, value) => (placed(args, segments, value) ?? {}) as JsonObject;
  return (args, value) => {
    if (value !== undefined) return { ...args, [only]: value };
    const { [only]: _, ...others } = args;
    return others;
  };
}

function placed(
  container: JsonValue | undefined,
  [segment, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (segment === undefined) return value;
  if (/^\d+$/.test(segment) && (container === undefined || Array.isArray(container))) {
    const list = [...(container ?? [])];
    const item = placed(list[Number(segment)], rest, value);
    if (item !== undefined) list[Number(segment)] = item;
    return list;
  }
  const isObject = typeof container === 'object' && container !== null && !Array.isArray(container);
  const members = isObject ? container : {};
  const { [segment]: present, ...others } = members;
  const member = placed(present, rest, value);
  return member === undefined ? others : { ...others, [segment]: member };
}
