import { parsePointer } from '../../../json/pointer.ts';
import type { JsonObject, JsonValue } from '../../../json/value.ts';

/** Arguments with a value at a pointer; nothing there where it is `undefined`. Lists are made for segments that are numbers. */
export function withArgument(args: JsonObject, pointer: string, value: JsonValue | undefined): JsonObject {
  const segments = parsePointer(pointer) ?? [];
  return (placed(args, segments, value) ?? {}) as JsonObject;
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
