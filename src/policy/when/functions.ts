import { Incomparable } from './compare.ts';
import { MAX_LIST } from './limits.ts';
import {
  CALENDAR,
  dateIn,
  durationOf,
  parseDurationText,
  parseTimestamp,
  SPANS,
  timestampAt,
} from './time.ts';
import {
  BOOL,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  LIST,
  listOf,
  MAP,
  NUMBER,
  STRING,
  scalar,
  TIMESTAMP,
  type Type,
  unionOf,
} from './types.ts';
import { type Duration, type ObjectValue, sizeOf, type Timestamp, type Value } from './value.ts';

/** One form of a function: the kinds its operands must have, and what comes out. A reason in place of a value: none. */
export type Overload = {
  operands: readonly number[];
  result(operands: readonly Type[]): Type;
  apply(a: Value, b: Value): Value | Incomparable;
  /** Steps that it takes beyond those for the length of its operands. */
  steps?(a: Value, b: Value): number;
};
export type Functions = ReadonlyMap<string, readonly Overload[]>;

type Result = Type | Overload['result'];

function unary<A extends Value>(a: number, result: Result, apply: (a: A) => Value | Incomparable): Overload {
  return { operands: [a], result: resultOf(result), apply: apply as Overload['apply'] };
}

function binary<A extends Value, B extends Value>(
  [a, b]: readonly [number, number],
  result: Result,
  apply: (a: A, b: B) => Value | Incomparable,
): Overload {
  return { operands: [a, b], result: resultOf(result), apply: apply as Overload['apply'] };
}

function resultOf(result: Result): Overload['result'] {
  return typeof result === 'function' ? result : () => result;
}

const [bool, int, double, string] = [BOOL, INT, DOUBLE, STRING].map(scalar) as [Type, Type, Type, Type];
const [timestamp, duration] = [TIMESTAMP, DURATION].map(scalar) as [Type, Type];

const [FIRST_INT, LAST_INT] = [-(2n ** 63n), 2n ** 63n - 1n];
const OVERFLOW = new Incomparable('is beyond 64 bits');
const TOO_LARGE = new Incomparable('is beyond the numbers that can be told');
const BY_ZERO = new Incomparable('divides by zero');
const OUT_OF_TIME = new Incomparable('is beyond the times that can be told');
const LONG_LIST = new Incomparable(`makes a list of more than ${MAX_LIST.toLocaleString('en')} elements`);

function inRange(value: bigint): bigint | Incomparable {
  return value < FIRST_INT || value > LAST_INT ? OVERFLOW : value;
}

function integers(apply: (a: bigint, b: bigint) => bigint): Overload {
  return binary<bigint, bigint>([INT, INT], int, (a, b) => inRange(apply(a, b)));
}

function quotients(apply: (a: bigint, b: bigint) => bigint): Overload {
  return binary<bigint, bigint>([INT, INT], int, (a, b) => (b === 0n ? BY_ZERO : inRange(apply(a, b))));
}

/** Infinity and NaN are no numbers here: compared with a limit they would give an answer that nobody meant. */
function finite(value: number): number | Incomparable {
  return Number.isFinite(value) ? value : TOO_LARGE;
}

function doubles(apply: (a: number, b: number) => number): Overload {
  return binary<number, number>([DOUBLE, DOUBLE], double, (a, b) => finite(apply(a, b)));
}

const DIVISION = binary<number, number>([DOUBLE, DOUBLE], double, (a, b) =>
  b === 0 ? BY_ZERO : finite(a / b),
);

function moments(kinds: readonly [number, number], sign: bigint): Overload {
  return binary<Timestamp, Duration>(
    kinds,
    timestamp,
    (a, b) => timestampAt(a.ns + sign * b.ns) ?? OUT_OF_TIME,
  );
}

function spans(kinds: readonly [number, number], sign: bigint): Overload {
  return binary<Duration, Duration>(kinds, duration, (a, b) => durationOf(a.ns + sign * b.ns) ?? OUT_OF_TIME);
}

function joined(a: readonly Value[], b: readonly Value[]): Value | Incomparable {
  return a.length + b.length > MAX_LIST ? LONG_LIST : [...a, ...b];
}

const joinedType: Overload['result'] = ([a = DYN, b = DYN]) =>
  listOf(unionOf(a.element ?? DYN, b.element ?? DYN));

const ARITHMETIC: Record<string, Overload[]> = {
  '_+_': [
    doubles((a, b) => a + b),
    integers((a, b) => a + b),
    binary<string, string>([STRING, STRING], string, (a, b) => a + b),
    binary<Value[], Value[]>([LIST, LIST], joinedType, joined),
    moments([TIMESTAMP, DURATION], 1n),
    moments([DURATION, TIMESTAMP], 1n),
    spans([DURATION, DURATION], 1n),
  ],
  '_-_': [
    doubles((a, b) => a - b),
    integers((a, b) => a - b),
    moments([TIMESTAMP, DURATION], -1n),
    spans([TIMESTAMP, TIMESTAMP], -1n),
    spans([DURATION, DURATION], -1n),
  ],
  '_*_': [doubles((a, b) => a * b), integers((a, b) => a * b)],
  '_/_': [DIVISION, quotients((a, b) => a / b)],
  '_%_': [quotients((a, b) => a % b)],
  '-_': [unary<number>(DOUBLE, double, (a) => -a), unary<bigint>(INT, int, (a) => inRange(-a))],
};

/** Integers that most counts are, made once. */
const SMALL = Array.from({ length: MAX_LIST + 1 }, (_, count) => BigInt(count));

function integer(count: number): bigint {
  return SMALL[count] ?? BigInt(count);
}

/** Characters as Unicode counts them, not halves. */
function characters(text: string): bigint {
  let count = 0;
  for (const _ of text) count += 1;
  return integer(count);
}

const SIZES: Overload[] = [
  unary<string>(STRING, int, characters),
  unary<Value[]>(LIST, int, (list) => integer(list.length)),
  unary<ObjectValue>(MAP, int, (map) => integer(sizeOf(map))),
];

/** At worst a search looks at the whole part at every place of the text. */
function searchSteps(text: Value, part: Value): number {
  return ((text as string).length * (part as string).length) / 65_536;
}

const ASCII_CASE = { lower: /[A-Z]+/g, upper: /[a-z]+/g };

const TEXT_METHODS: Record<string, Overload[]> = {
  contains: [
    {
      ...binary<string, string>([STRING, STRING], bool, (text, part) => text.includes(part)),
      steps: searchSteps,
    },
  ],
  startsWith: [binary<string, string>([STRING, STRING], bool, (text, part) => text.startsWith(part))],
  endsWith: [binary<string, string>([STRING, STRING], bool, (text, part) => text.endsWith(part))],
  lowerAscii: [
    unary<string>(STRING, string, (text) => text.replace(ASCII_CASE.lower, (part) => part.toLowerCase())),
  ],
  upperAscii: [
    unary<string>(STRING, string, (text) => text.replace(ASCII_CASE.upper, (part) => part.toUpperCase())),
  ],
};

const NOT_A_TIME = new Incomparable('is no point in time of RFC 3339');
const NOT_A_DURATION = new Incomparable('is no duration such as 90s or 1h30m');
const NOT_AN_INT = new Incomparable('is no integer of 64 bits');
const NOT_A_NUMBER = new Incomparable('is no number');

function truncated(value: number): Value | Incomparable {
  // The doubles next to the bounds are the bounds themselves: those are already too far.
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : NOT_AN_INT;
}

function integerIn(text: string): Value | Incomparable {
  return /^[+-]?\d{1,19}$/.test(text) ? inRange(BigInt(text.replace('+', ''))) : NOT_AN_INT;
}

function numberIn(text: string): Value | Incomparable {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? finite(Number(text)) : NOT_A_NUMBER;
}

/** Conversions are always written: nothing here happens by itself. */
const CONVERSIONS: Record<string, Overload[]> = {
  int: [
    unary<bigint>(INT, int, (value) => value),
    unary<number>(DOUBLE, int, truncated),
    unary<string>(STRING, int, integerIn),
    unary<Timestamp>(TIMESTAMP, int, ({ ns }) => ns / 1_000_000_000n),
  ],
  double: [
    unary<number>(DOUBLE, double, (value) => value),
    unary<bigint>(INT, double, Number),
    unary<string>(STRING, double, numberIn),
  ],
  string: [
    unary<string>(STRING, string, (value) => value),
    unary<bigint>(INT, string, String),
    unary<boolean>(BOOL, string, String),
  ],
  timestamp: [
    unary<Timestamp>(TIMESTAMP, timestamp, (value) => value),
    unary<string>(STRING, timestamp, (text) => parseTimestamp(text) ?? NOT_A_TIME),
    unary<bigint>(INT, timestamp, (seconds) => timestampAt(seconds * 1_000_000_000n) ?? OUT_OF_TIME),
  ],
  duration: [
    unary<Duration>(DURATION, duration, (value) => value),
    unary<string>(STRING, duration, (text) => parseDurationText(text) ?? NOT_A_DURATION),
  ],
  dyn: [unary<Value>(DYN.kinds, DYN, (value) => value)],
  size: SIZES,
};

/** The methods of points in time, told at a place `offset` seconds east of UTC, and those of durations. */
export function timeMethods(offset: number): Functions {
  const methods = new Map<string, Overload[]>();
  for (const [name, read] of Object.entries(CALENDAR)) {
    methods.set(name, [unary<Timestamp>(TIMESTAMP, int, (time) => BigInt(read(dateIn(time, offset))))]);
  }
  return methods;
}

function utcAndSpans(): Record<string, readonly Overload[]> {
  const spanMethods = Object.entries(SPANS).map(
    ([name, read]) => [name, unary<Duration>(DURATION, int, read)] as const,
  );
  const methods = Object.fromEntries(timeMethods(0));
  for (const [name, overload] of spanMethods) methods[name] = [...(methods[name] ?? []), overload];
  return methods;
}

/** What is written `name(x)`, operators among them. */
export const FUNCTIONS: Functions = new Map(Object.entries({ ...ARITHMETIC, ...CONVERSIONS }));
/** What is written `x.name()`. */
export const METHODS: Functions = new Map(Object.entries({ ...TEXT_METHODS, size: SIZES, ...utcAndSpans() }));

/** Numbers have no common form with each other: what helps where an integer meets a JSON number. */
export function operandHint(name: string, types: readonly Type[]): string | undefined {
  const mixed = types.length === 2 && types.every(({ kinds }) => (kinds & NUMBER) !== 0);
  if (mixed && name === '_%_') return 'JSON numbers are doubles: write `int(x)`';
  return mixed ? 'JSON numbers are doubles: write `1.0`, or `double(x)`' : undefined;
}
