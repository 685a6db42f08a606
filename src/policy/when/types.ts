/** The kinds of values, one bit each, so that a set of kinds is a number. */
export const BOOL = 1;
export const INT = 2;
export const DOUBLE = 4;
export const STRING = 8;
export const NULL = 16;
export const LIST = 32;
export const MAP = 64;
export const TIMESTAMP = 128;
export const DURATION = 256;
export const NUMBER = INT | DOUBLE;
const ANY = 511;

const KIND_NAMES: readonly [kind: number, name: string][] = [
  [BOOL, 'a bool'],
  [INT, 'an int'],
  [DOUBLE, 'a number'],
  [STRING, 'a string'],
  [NULL, 'null'],
  [LIST, 'a list'],
  [MAP, 'an object'],
  [TIMESTAMP, 'a timestamp'],
  [DURATION, 'a duration'],
];

/**
 * What is known of a value before it is there: which kinds it can have and, for lists and objects, what lies inside.
 * What is not said is `DYN`.
 */
export type Type = {
  readonly kinds: number;
  readonly element?: Type;
  readonly key?: Type;
  /** Of members that `fields` does not name. */
  readonly value?: Type;
  readonly fields?: ReadonlyMap<string, Type>;
  /** True where `fields` names all members there can be. */
  readonly isClosed?: true;
  /** All texts a string can be, where they are known. */
  readonly texts?: ReadonlySet<string>;
  /** True where the texts have an order of their own, so that comparing them as texts would mislead. */
  readonly isRanked?: true;
};

/** Anything. */
export const DYN: Type = { kinds: ANY };

export function scalar(kinds: number): Type {
  return { kinds };
}

export function listOf(element: Type): Type {
  return { kinds: LIST, element };
}

/** An object with these members and no others. */
export function closedObject(fields: Record<string, Type>): Type {
  return { kinds: MAP, key: scalar(STRING), fields: new Map(Object.entries(fields)), isClosed: true };
}

/** The type of a member, or `undefined` where there can be none of that name. */
export function memberType(type: Type, name: string): Type | undefined {
  return type.fields?.get(name) ?? (type.isClosed ? undefined : (type.value ?? DYN));
}

/** What a value of either type can be. */
export function unionOf(a: Type, b: Type): Type {
  if (a === b || a === DYN) return a;
  if (b === DYN) return b;
  const has = (kind: number) => ((a.kinds & kind) !== 0 ? (b.kinds & kind) !== 0 : undefined);
  const only = (kind: number) => ((a.kinds & kind) !== 0 ? a : b);
  return {
    kinds: a.kinds | b.kinds,
    ...(has(LIST) === true ? elementUnion(a, b) : elementUnion(only(LIST), only(LIST))),
    ...(has(MAP) === true ? membersUnion(a, b) : membersUnion(only(MAP), only(MAP))),
    ...(has(STRING) === true ? textsUnion(a, b) : textsUnion(only(STRING), only(STRING))),
  };
}

type Part = { -readonly [K in keyof Type]?: Type[K] };

function elementUnion(a: Type, b: Type): Part {
  if (a.element === undefined || b.element === undefined) return {};
  return { element: unionOf(a.element, b.element) };
}

function membersUnion(a: Type, b: Type): Part {
  if (a === b) return membersOf(a);
  const part: Part = {};
  if (a.key !== undefined && b.key !== undefined) part.key = unionOf(a.key, b.key);
  if (a.value !== undefined && b.value !== undefined) part.value = unionOf(a.value, b.value);
  if (a.isClosed && b.isClosed) part.isClosed = true;
  part.fields = fieldsUnion(a, b);
  return part;
}

function fieldsUnion(a: Type, b: Type): Map<string, Type> {
  const names = [...(a.fields?.keys() ?? []), ...(b.fields?.keys() ?? [])];
  return new Map(
    names.map((name) => {
      const [one, other] = [memberType(a, name), memberType(b, name)];
      const both = one === undefined || other === undefined ? (one ?? other ?? DYN) : unionOf(one, other);
      return [name, both];
    }),
  );
}

function membersOf({ key, value, fields, isClosed }: Type): Part {
  const part: Part = {};
  if (key !== undefined) part.key = key;
  if (value !== undefined) part.value = value;
  if (fields !== undefined) part.fields = fields;
  if (isClosed) part.isClosed = true;
  return part;
}

function textsUnion(a: Type, b: Type): Part {
  const part: Part = {};
  if (a.texts !== undefined && b.texts !== undefined) part.texts = new Set([...a.texts, ...b.texts]);
  if (a.isRanked || b.isRanked) part.isRanked = true;
  return part;
}

/** A set of kinds in words: `a string or null`. */
export function kindNames(kinds: number): string {
  if (kinds === ANY) return 'any value';
  return KIND_NAMES.filter(([kind]) => (kinds & kind) !== 0)
    .map(([, name]) => name)
    .join(' or ');
}
