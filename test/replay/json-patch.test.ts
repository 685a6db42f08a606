import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/json/canonical.ts';
import type { JsonValue } from '../../src/json/value.ts';
import { differences, jsonPatch, type PatchOperation } from '../../src/replay/diff/json-patch.ts';

/** RFC 6902 as it reads: each operation in turn, an unknown place is an error. */
function apply(document: JsonValue, operations: readonly PatchOperation[]): JsonValue {
  const root = { root: structuredClone(document) } as Record<string, JsonValue>;
  for (const operation of operations) {
    const names = operation.path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    names[0] = 'root';
    const last = names.pop() ?? '';
    let holder: JsonValue = root;
    for (const name of names) {
      if (holder === null || typeof holder !== 'object' || !Object.hasOwn(holder, name))
        throw new Error(operation.path);
      holder = (holder as Record<string, JsonValue>)[name] as JsonValue;
    }
    applyTo(holder, last, operation);
  }
  return root['root'] as JsonValue;
}

function applyTo(holder: JsonValue, name: string, operation: PatchOperation): void {
  if (holder === null || typeof holder !== 'object') throw new Error(`${operation.path} is in no object`);
  if (operation.op !== 'add' && !Object.hasOwn(holder, name)) throw new Error(`nothing at ${operation.path}`);
  if (Array.isArray(holder)) applyToList(holder, name, operation);
  else if (operation.op === 'remove') delete holder[name];
  else holder[name] = operation.value;
}

function applyToList(list: JsonValue[], name: string, operation: PatchOperation): void {
  const index = Number(name);
  if (!/^(0|[1-9]\d*)$/.test(name) || index > list.length) throw new Error(`no place ${operation.path}`);
  if (operation.op === 'remove') list.splice(index, 1);
  else list.splice(index, operation.op === 'replace' ? 1 : 0, operation.value);
}

const document = () =>
  fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<JsonValue>(1, 2, 'x', '', null, true),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f', '', '0'), tie('tree'), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
    ),
  })).tree;

describe('a patch', () => {
  it('makes one document of the other', () => {
    fc.assert(
      fc.property(document(), document(), (before, after) => {
        expect(apply(before, jsonPatch(differences(before, after)))).toEqual(after);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is empty exactly where nothing differs, and never says what is the same', () => {
    fc.assert(
      fc.property(document(), document(), (before, after) => {
        expect(differences(before, before)).toEqual([]);
        const leaves = differences(before, after);
        expect(leaves.length === 0).toBe(canonicalJson(before) === canonicalJson(after));
        for (const leaf of leaves) expect(leaf.before).not.toEqual(leaf.after);
      }),
    );
  });
});
