import { didYouMean } from '../suggestion.ts';
import { entryOf } from './compare.ts';
import { ConditionError } from './limits.ts';
import {
  type Compiled,
  expectKinds,
  onBoth,
  type Run,
  refusal,
  type Scope,
  type Variable,
  wrongKind,
} from './scope.ts';
import type { Node, NodeOf } from './syntax.ts';
import { DYN, INT, LIST, MAP, memberType, NUMBER, STRING, type Type, unionOf } from './types.ts';
import { Fault, isMap, type Key, memberOf, UNKNOWN, type Value } from './value.ts';

const MISSING = 'is missing';
const NOT_KNOWN = 'comes from another step and is not known yet';

export function compileVariable(node: NodeOf<'variable'>, scope: Scope): Compiled {
  const slot = scope.locals.findLastIndex(({ name }) => name === node.name);
  if (slot >= 0) {
    const unknown = new Fault(node, NOT_KNOWN);
    const run: Run = ({ locals }) => {
      const value = locals[slot] as Value;
      return value === UNKNOWN ? unknown : value;
    };
    return { node, type: scope.locals[slot]?.type ?? DYN, run };
  }
  const declared = scope.declarations.get(node.name);
  if (declared === undefined) throw unknownVariable(node, scope);
  if ('members' in declared) {
    const members = Object.keys(declared.members).map((name) => `${node.name}.${name}`);
    throw refusal(node, `\`${node.name}\` is only asked for its members: ${members.join(', ')}`);
  }
  const { type, read, reader } = declared;
  return { node, type, run: reading(node, declared), read, ...(reader !== undefined && { reader }) };
}

function reading(node: Node, { read }: Variable<never>): Run {
  const [missing, unknown] = [new Fault(node, MISSING), new Fault(node, NOT_KNOWN)];
  return ({ input }) => {
    const value = read(input);
    if (value === undefined) return missing;
    return value === UNKNOWN ? unknown : value;
  };
}

/** An argument written without `args.` is what most people mean by an unknown name. */
function unknownVariable(node: NodeOf<'variable'>, { declarations, locals }: Scope): ConditionError {
  for (const [group, declared] of declarations) {
    const isMember =
      'members' in declared
        ? Object.hasOwn(declared.members, node.name)
        : declared.type.fields?.has(node.name);
    if (isMember)
      return refusal(node, `there is no \`${node.name}\``, `did you mean \`${group}.${node.name}\`?`);
  }
  const names = [...locals.map(({ name }) => name), ...declarations.keys()];
  const meant = didYouMean(node.name, names) ?? undefined;
  const hint = meant === undefined ? `there is ${names.join(', ')}` : `did you mean \`${meant}\`?`;
  return refusal(node, `there is no \`${node.name}\``, hint);
}

/** A member of a group, where `operand` names one and no loop has taken its name. */
function groupMember({ operand, field, at }: NodeOf<'select'>, scope: Scope): Variable<never> | undefined {
  if (operand.kind !== 'variable' || scope.locals.some(({ name }) => name === operand.name)) return undefined;
  const declared = scope.declarations.get(operand.name);
  if (declared === undefined || !('members' in declared)) return undefined;
  if (Object.hasOwn(declared.members, field)) return declared.members[field];
  throw unknownMember(operand.name, field, Object.keys(declared.members), at + 1);
}

function unknownMember(
  owner: string,
  field: string,
  known: readonly string[],
  offset: number,
): ConditionError {
  const meant = didYouMean(field, known);
  const all = known.length === 0 ? undefined : `there is ${known.slice(0, 20).join(', ')}`;
  const hint = meant === undefined ? all : `did you mean \`${meant}\`?`;
  return new ConditionError(offset, `\`${owner}\` has no member \`${field}\``, hint);
}

/** The type of a member; refuses a name that the type can never have. */
function typeOfMember({ node, type }: Compiled, field: string, offset: number): Type {
  const member = memberType(type, field);
  if (member !== undefined) return member;
  const owner = node.kind === 'variable' ? node.name : node.kind === 'select' ? node.field : 'this';
  throw unknownMember(owner, field, [...(type.fields?.keys() ?? [])], offset);
}

export function compileSelect(node: NodeOf<'select'>, scope: Scope): Compiled {
  const grouped = groupMember(node, scope);
  if (grouped !== undefined) {
    const { read } = grouped;
    if (node.isTest) return { node, type: BOOLEAN, run: ({ input }) => read(input) !== undefined };
    return { node, type: grouped.type, run: reading(node, grouped) };
  }
  const operand = scope.compile(node.operand, scope);
  expectKinds(operand, MAP, `\`.${node.field}\``);
  const type = typeOfMember(operand, node.field, node.at + 1);
  if (node.isTest) return { node, type: BOOLEAN, run: testing(operand, node.field) };
  return { node, type, run: selecting(node, operand, node.field) };
}

const BOOLEAN: Type = { kinds: 1 };

function testing({ node, run }: Compiled, field: string): Run {
  return (frame) => {
    const container = run(frame);
    if (memberOf(container, field) !== undefined) return true;
    return isMap(container) ? false : wrongKind(node, container, MAP);
  };
}

function selecting(node: Node, { node: operand, run, read, reader }: Compiled, field: string): Run {
  const [missing, unknown] = [new Fault(node, MISSING), new Fault(node, NOT_KNOWN)];
  const general: Run = (frame) => {
    const container = run(frame);
    const value = memberOf(container, field);
    if (value === undefined) return isMap(container) ? missing : wrongKind(operand, container, MAP);
    return value === UNKNOWN ? unknown : value;
  };
  if (read === undefined) return general;
  // An argument is what most conditions look at: one step instead of two.
  const readMember = reader?.(field) ?? ((input: never) => memberOf(read(input) ?? null, field));
  return (frame) => {
    const value = readMember(frame.input);
    return value === undefined || value === UNKNOWN ? general(frame) : value;
  };
}

/** `x[i]`: an element of a list by its place, a member of a map by its key. */
export function compileIndex(node: NodeOf<'call'>, scope: Scope): Compiled {
  const [operand, index] = node.operands.map((part) => scope.compile(part, scope)) as [Compiled, Compiled];
  expectKinds(operand, LIST | MAP, '`[…]`');
  const { constant } = index;
  if (typeof constant === 'string') {
    expectKinds(operand, MAP, '`["…"]`');
    const type = typeOfMember(operand, constant, index.node.at);
    return { node, type, run: selecting(node, operand, constant) };
  }
  expectKinds(index, keyKinds(operand.type), 'the index');
  return { node, type: typeInside(operand.type), run: indexing(node, operand, index) };
}

function keyKinds({ kinds, key = DYN }: Type): number {
  const ofMap = (kinds & MAP) === 0 ? 0 : key.kinds;
  const wide = (ofMap & INT) === 0 ? ofMap : ofMap | NUMBER;
  return (kinds & LIST) === 0 ? wide : wide | NUMBER;
}

function typeInside(type: Type): Type {
  const ofList = (type.kinds & LIST) === 0 ? undefined : (type.element ?? DYN);
  const ofMap = (type.kinds & MAP) === 0 ? undefined : anyMember(type);
  if (ofList === undefined || ofMap === undefined) return ofList ?? ofMap ?? DYN;
  return unionOf(ofList, ofMap);
}

function anyMember({ fields, isClosed, value }: Type): Type {
  const named = [...(fields?.values() ?? [])];
  const others = isClosed ? [] : [value ?? DYN];
  const [first = DYN, ...rest] = [...named, ...others];
  return rest.reduce(unionOf, first);
}

function indexing(node: Node, operand: Compiled, index: Compiled): Run {
  const [missing, unknown] = [new Fault(node, MISSING), new Fault(node, NOT_KNOWN)];
  const absent = (container: Value, key: Value): Value => {
    if (!Array.isArray(container) && !isMap(container)) return wrongKind(operand.node, container, LIST | MAP);
    if (isKeyFor(container, key)) return missing;
    return wrongKind(index.node, key, Array.isArray(container) ? INT : STRING);
  };
  return onBoth(operand, index, (container, key) => {
    const value = elementAt(container, key);
    return value === UNKNOWN ? unknown : value === undefined ? absent(container, key) : value;
  });
}

function elementAt(container: Value, key: Value): Value | undefined {
  if (Array.isArray(container)) {
    const place = typeof key === 'bigint' || typeof key === 'number' ? Number(key) : -1;
    return Number.isInteger(place) ? container[place] : undefined;
  }
  return isMap(container) && isKey(key) ? entryOf(container, key) : undefined;
}

export function isKey(value: Value): value is Key | number {
  return ['string', 'bigint', 'boolean', 'number'].includes(typeof value);
}

function isKeyFor(container: Value, key: Value): boolean {
  return Array.isArray(container) ? typeof key === 'bigint' || typeof key === 'number' : isKey(key);
}
