import { isDeepStrictEqual } from 'node:util';
import type { Type as CelType } from '@bufbuild/cel-spec/cel/expr/checked_pb.js';
import type { Value as CelValue } from '@bufbuild/cel-spec/cel/expr/value_pb.js';
import { getConformanceSuite, type IncrementalTestSuite } from '@bufbuild/cel-spec/testdata/tests.js';
import { anyUnpack, DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { compileExpression } from '../../../src/policy/when/expression.ts';
import { ConditionError } from '../../../src/policy/when/limits.ts';
import type { Declarations, Variable } from '../../../src/policy/when/scope.ts';
import {
  BOOL,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  MAP,
  NULL,
  STRING,
  scalar,
  TIMESTAMP,
  type Type,
} from '../../../src/policy/when/types.ts';
import {
  Duration,
  Fault,
  type Key,
  kindOf,
  MapValue,
  Timestamp,
  type Value,
} from '../../../src/policy/when/value.ts';

type Case = IncrementalTestSuite['tests'][number]['original'];

/** What became of one case. `refused` and `wrong` say why. */
export type Outcome = { name: string; expr: string } & (
  | { is: 'right' }
  | { is: 'refused' | 'wrong'; why: string }
);

/** Every case of the public conformance data, with its place as its name. */
export function conformanceCases(): { name: string; test: Case }[] {
  const walk = (suite: IncrementalTestSuite, path: string): { name: string; test: Case }[] => [
    ...suite.tests.map(({ original }) => ({ name: `${path}/${original.name}`, test: original })),
    ...suite.suites.flatMap((inner) => walk(inner, `${path}/${inner.name}`)),
  ];
  return getConformanceSuite().suites.flatMap((suite) => walk(suite, suite.name));
}

/** Compiles a case and evaluates it with its variables. */
export function outcomeOf({ name, test }: { name: string; test: Case }): Outcome {
  const base = { name, expr: test.expr };
  const declared = declarationsOf(test);
  if (declared === undefined) return { ...base, is: 'refused', why: 'its variables cannot be given' };
  let expression: ReturnType<typeof compileExpression<null>>;
  try {
    expression = compileExpression(test.expr, declared);
  } catch (error) {
    if (!(error instanceof ConditionError)) return { ...base, is: 'wrong', why: `threw ${String(error)}` };
    return { ...base, is: 'refused', why: error.message };
  }
  const why = differenceFrom(test, expression.type, expression.evaluate(null));
  return why === undefined ? { ...base, is: 'right' } : { ...base, is: 'wrong', why };
}

function differenceFrom({ resultMatcher, checkOnly }: Case, type: Type, value: Value): string | undefined {
  const seen = value instanceof Fault ? `fault: ${value.doubt.doubt}` : String(value);
  switch (resultMatcher.case) {
    case 'evalError':
    case 'anyEvalErrors':
      return value instanceof Fault ? undefined : `${seen} where an error is due`;
    case 'typedResult':
      return typedDifference(resultMatcher.value, checkOnly, type, value);
    case 'value':
      return isSame(value, resultMatcher.value) ? undefined : `${seen} is not the value due`;
    case undefined:
      return value === true ? undefined : `${seen} where true is due`;
    default:
      return `no way to judge a ${resultMatcher.case}`;
  }
}

type TypedResult = Extract<Case['resultMatcher'], { case: 'typedResult' }>['value'];

function typedDifference(
  { deducedType, result }: TypedResult,
  checkOnly: boolean,
  type: Type,
  value: Value,
): string | undefined {
  const deduced = deducedType === undefined ? DYN : typeOf(deducedType);
  if (deduced === undefined || (deduced.kinds & type.kinds) !== deduced.kinds) return 'another type is due';
  return checkOnly || result === undefined || isSame(value, result) ? undefined : 'another value is due';
}

/** The variables of a case; `undefined` where one is of a kind that policies do not have. */
function declarationsOf({ typeEnv, bindings }: Case): Declarations<null> | undefined {
  // A function may be declared as well; one that is called and not known is refused anyway.
  const types = typeEnv.flatMap(({ name, declKind }) =>
    declKind.case === 'ident'
      ? [[name, declKind.value.type ? typeOf(declKind.value.type) : DYN] as const]
      : [],
  );
  const values = Object.entries(bindings).map(
    ([name, { kind }]) => [name, kind.case === 'value' ? fromCel(kind.value) : undefined] as const,
  );
  if ([...types, ...values].some(([name, of]) => of === undefined || name.includes('.'))) return undefined;
  const [typeByName, valueByName] = [new Map(types), new Map(values)];
  const names = [...new Set([...typeByName.keys(), ...valueByName.keys()])];
  const variableOf = (name: string): Variable<null> => ({
    type: typeByName.get(name) ?? DYN,
    read: () => valueByName.get(name),
  });
  return new Map(names.map((name) => [name, variableOf(name)]));
}

const PRIMITIVES: Record<number, number> = { 1: BOOL, 2: INT, 4: DOUBLE, 5: STRING };
const MESSAGES: Record<string, number> = {
  'google.protobuf.Timestamp': TIMESTAMP,
  'google.protobuf.Duration': DURATION,
};
const WELL_KNOWN: Record<number, number> = { 2: TIMESTAMP, 3: DURATION };

function typeOf({ typeKind }: CelType): Type | undefined {
  switch (typeKind.case) {
    case 'dyn':
      return DYN;
    case 'null':
      return scalar(NULL);
    case 'primitive':
      return scalarOrNone(PRIMITIVES[typeKind.value]);
    case 'wellKnown':
      return scalarOrNone(WELL_KNOWN[typeKind.value]);
    case 'messageType':
      return scalarOrNone(MESSAGES[typeKind.value]);
    case 'listType': {
      const element = typeKind.value.elemType === undefined ? DYN : typeOf(typeKind.value.elemType);
      return element === undefined ? undefined : listOf(element);
    }
    case 'mapType': {
      const { keyType, valueType } = typeKind.value;
      const [key, value] = [keyType, valueType].map((type) => (type === undefined ? DYN : typeOf(type)));
      return key === undefined || value === undefined ? undefined : { kinds: MAP, key, value };
    }
    default:
      return undefined;
  }
}

function scalarOrNone(kind: number | undefined): Type | undefined {
  return kind === undefined ? undefined : scalar(kind);
}

/** A value of the data as one of ours; `undefined` for kinds that policies do not have. */
function fromCel({ kind }: CelValue): Value | undefined {
  switch (kind.case) {
    case 'boolValue':
    case 'int64Value':
    case 'doubleValue':
    case 'stringValue':
      return kind.value;
    case 'nullValue':
      return null;
    case 'listValue': {
      const values = kind.value.values.map(fromCel);
      return values.includes(undefined) ? undefined : (values as Value[]);
    }
    case 'mapValue': {
      const entries = kind.value.entries.map(
        ({ key, value }) => [key && fromCel(key), value && fromCel(value)] as [Key, Value],
      );
      return entries.flat().includes(undefined as never) ? undefined : new MapValue(new Map(entries));
    }
    case 'objectValue':
      return timeIn(kind.value);
    default:
      return undefined;
  }
}

function timeIn(any: Extract<CelValue['kind'], { case: 'objectValue' }>['value']): Value | undefined {
  const timestamp = anyUnpack(any, TimestampSchema);
  const message = timestamp ?? anyUnpack(any, DurationSchema);
  if (message === undefined) return undefined;
  const ns = message.seconds * 1_000_000_000n + BigInt(message.nanos);
  return timestamp === undefined ? new Duration(ns) : new Timestamp(ns);
}

/** Equal, and of the same kind: 1 is not 1.0 here. */
function isSame(value: Value, due: CelValue): boolean {
  const expected = fromCel(due);
  if (expected === undefined || value instanceof Fault || kindOf(value) !== kindOf(expected)) return false;
  return isDeepStrictEqual(plain(value), plain(expected));
}

/** Maps as lists of entries in one order, so that they can be compared. */
function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Timestamp || value instanceof Duration) return value.ns;
  if (!(value instanceof MapValue)) return value === 0 ? 0 : value;
  const entries = [...value.entries].map(([key, held]) => [typeof key, String(key), plain(held)]);
  return entries.sort(([, a], [, b]) => (String(a) < String(b) ? -1 : 1));
}
