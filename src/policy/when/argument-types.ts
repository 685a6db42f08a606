import type { JsonObject } from '../../json/value.ts';
import type { CapabilityContent } from '../capability-file.ts';
import { isGlob } from '../glob.ts';
import { compileNames } from '../match-conditions.ts';
import type { Names } from '../names-schema.ts';
import { typeOfSchema } from './schema-type.ts';
import { DYN, type Type, unionOf } from './types.ts';

/**
 * The type of `args` for the tools that a rule can speak of: what any of those known can have. Where none is known,
 * or one takes any arguments, anything can be there.
 */
export type ArgumentTypes = (names: Names | undefined) => Type;

export function argumentTypes(capabilities: Readonly<Record<string, CapabilityContent>>): ArgumentTypes {
  const byTool = new Map<string, Type>();
  for (const { tools } of Object.values(capabilities)) {
    for (const { name, parameters } of tools) {
      const [type, known] = [typeOfSchema(parameters as JsonObject | undefined), byTool.get(name)];
      byTool.set(name, known === undefined ? type : unionOf(known, type));
    }
  }
  const unions = new Map<string, Type>();
  return (names) => {
    const key = JSON.stringify(names ?? null);
    const known = unions.get(key) ?? unionOfAll(covered(byTool, names));
    unions.set(key, known);
    return known;
  };
}

function covered(byTool: ReadonlyMap<string, Type>, names: Names | undefined): Type[] {
  if (names === undefined) return [...byTool.values()];
  if (Array.isArray(names) && !names.some(isGlob)) return names.flatMap((name) => byTool.get(name) ?? []);
  const covers = compileNames(names);
  return [...byTool].flatMap(([name, type]) => (covers(name) ? [type] : []));
}

function unionOfAll(types: readonly Type[]): Type {
  const [first = DYN, ...others] = new Set(types);
  return others.includes(DYN) ? DYN : others.reduce(unionOf, first);
}
