import { canBeEqual } from './compare.ts';
import { type Compiled, expectKinds, type Frame, type Run, refusal, type Scope } from './scope.ts';
import type { Node, NodeOf } from './syntax.ts';
import { BOOL, DYN, INT, kindNames, listOf, MAP, STRING, scalar, type Type, unionOf } from './types.ts';
import { Fault, type Key, kindOf, MapValue, type Value } from './value.ts';

export function compileConstant(node: NodeOf<'constant'>): Compiled {
  const { value } = node;
  return { node, type: scalar(kindOf(value)), run: () => value, constant: value };
}

/** The type of parts that stand beside each other. They must be of one kind: `[1, "1"]` is a slip, or hides one. */
function commonType(parts: readonly Compiled[]): Type {
  const [first, ...others] = parts;
  if (first === undefined) return DYN;
  let common = first.type;
  for (const { node, type } of others) {
    if (!canBeEqual(common.kinds, type.kinds))
      throw refusal(node, `stands among ${kindNames(common.kinds)}, and this is ${kindNames(type.kinds)}`);
    common = unionOf(common, type);
  }
  return common;
}

export function compileList(node: NodeOf<'list'>, scope: Scope): Compiled {
  const items = node.items.map((item) => scope.compile(item, scope));
  const type = listOf(commonType(items));
  const constants = items.flatMap(({ constant }) => (constant === undefined ? [] : [constant]));
  if (constants.length === items.length) return { node, type, run: () => constants, constant: constants };
  const run: Run = (frame) => {
    const values: Value[] = [];
    for (const item of items) {
      const value = item.run(frame);
      if (value instanceof Fault) return value;
      values.push(value);
    }
    return values;
  };
  return { node, type, run };
}

export function compileMap(node: NodeOf<'map'>, scope: Scope): Compiled {
  const entries = node.entries.map(([key, value]) => {
    const [compiledKey, compiledValue] = [scope.compile(key, scope), scope.compile(value, scope)];
    expectKinds(compiledKey, STRING | INT | BOOL, 'a key of a map');
    return [compiledKey, compiledValue] as const;
  });
  refuseTwice(entries.map(([key]) => key));
  const type: Type = {
    kinds: MAP,
    key: commonType(entries.map(([key]) => key)),
    value: commonType(entries.map(([, value]) => value)),
  };
  const run: Run = (frame) => {
    const made = new Map<Key, Value>();
    for (const [key, value] of entries) {
      const fault = addEntry(made, node, key, value, frame);
      if (fault !== undefined) return fault;
    }
    return new MapValue(made);
  };
  return { node, type, run };
}

function addEntry(
  made: Map<Key, Value>,
  node: Node,
  { node: keyNode, run }: Compiled,
  value: Compiled,
  frame: Frame,
): Fault | undefined {
  const key = run(frame);
  if (key instanceof Fault) return key;
  const isOfKey = typeof key === 'string' || typeof key === 'bigint' || typeof key === 'boolean';
  if (!isOfKey) return new Fault(keyNode, 'cannot be a key of a map');
  if (made.has(key)) return new Fault(node, 'has the same key twice');
  const held = value.run(frame);
  if (held instanceof Fault) return held;
  made.set(key, held);
  return undefined;
}

function refuseTwice(keys: readonly Compiled[]): void {
  const seen = new Set<Value>();
  for (const { node, constant } of keys) {
    if (constant === undefined) continue;
    if (seen.has(constant)) throw refusal(node, 'the same key stands twice in this map');
    seen.add(constant);
  }
}
