import { parse as parseCel } from '@bufbuild/cel';
import { LRUCache } from 'lru-cache';
import { ConditionError, checkSource, MAX_NESTING, nestedTooDeep } from './limits.ts';
import { MACROS, type Macro, type Node, partsOf, type Scalar } from './syntax.ts';

/** Expressions kept by their text. A reload meets the same conditions again, and parsing is most of what they cost. */
const MAX_KEPT = 8_192;
const kept = new LRUCache<string, Node>({ max: MAX_KEPT });

/**
 * Reads CEL into the expressions this engine knows. Throws a `ConditionError` for what is too long or nested too
 * deep, before the parser sees it, for what is not CEL, and for the parts of CEL that are not supported. The result
 * is shared between calls and must not be changed.
 */
export function parseCondition(source: string): Node {
  const known = kept.get(source);
  if (known !== undefined) return known;
  checkSource(source);
  const { expr, sourceInfo } = parsed(source);
  if (expr === undefined) throw new ConditionError(0, 'the condition asks nothing');
  const node = new Reader(sourceInfo).read(expr, 0);
  kept.set(source, node);
  return node;
}

type Parsed = ReturnType<typeof parseCel>;
type Expr = NonNullable<Parsed['expr']>;
type SourceInfo = Parsed['sourceInfo'];

function parsed(source: string): Parsed {
  try {
    return parseCel(source);
  } catch (error) {
    throw syntaxError(error);
  }
}

/** The parser says what it found and lists all that it could have taken: the first half helps. */
function syntaxError(error: unknown): ConditionError {
  const { location, message = 'not an expression' } = error as {
    location?: { start?: { offset?: number } };
    message?: string;
  };
  if (error instanceof RangeError) return nestedTooDeep(0);
  const said = message.replace(/^<input>:\d+:\d+: /, '').replace(/ but expecting (?!end of input).*$/s, '');
  return new ConditionError(location?.start?.offset ?? 0, `not a CEL expression: ${said}`);
}

class Reader {
  readonly #info: SourceInfo;

  constructor(info: SourceInfo) {
    this.#info = info;
  }

  read(expr: Expr | undefined, depth: number): Node {
    if (expr === undefined) throw new ConditionError(0, 'the condition is not complete');
    const at = this.#placeOf(expr);
    if (depth > MAX_NESTING) throw nestedTooDeep(at);
    const node = { ...this.#form(expr, at, depth + 1), at, size: 1 } as Node;
    node.size += partsOf(node).reduce((sum, part) => sum + part.size, 0);
    return node;
  }

  /** Where the parser placed an expression; `has(x.y)` stands where `x.y` does. */
  #placeOf(expr: Expr): number {
    const isTest = expr.exprKind.case === 'selectExpr' && expr.exprKind.value.testOnly;
    const written = isTest ? this.#macroCall(expr)?.args[0] : undefined;
    return this.#info?.positions[(written ?? expr).id.toString()] ?? 0;
  }

  #macroCall(expr: Expr): ValueOf<'callExpr'> | undefined {
    const written = this.#info?.macroCalls[expr.id.toString()]?.exprKind;
    return written?.case === 'callExpr' ? written.value : undefined;
  }

  #form(expr: Expr, at: number, depth: number) {
    const { exprKind } = expr;
    const each = (parts: readonly Expr[]) => parts.map((part) => this.read(part, depth));
    switch (exprKind.case) {
      case 'constExpr':
        return { kind: 'constant', value: constantOf(exprKind.value, at) };
      case 'identExpr':
        return { kind: 'variable', name: exprKind.value.name };
      case 'selectExpr': {
        const { operand, field, testOnly } = exprKind.value;
        return { kind: 'select', operand: this.read(operand, depth), field, isTest: testOnly };
      }
      case 'callExpr': {
        const { function: name, target, args } = exprKind.value;
        const operands = target === undefined ? each(args) : [this.read(target, depth), ...each(args)];
        return { kind: 'call', name, operands, isMethod: target !== undefined };
      }
      case 'listExpr':
        return { kind: 'list', items: each(exprKind.value.elements) };
      case 'structExpr':
        return { kind: 'map', entries: this.#entries(exprKind.value, at, depth) };
      case 'comprehensionExpr':
        return this.#loop(expr, exprKind.value, depth);
      default:
        throw new ConditionError(at, 'this form of expression is not supported');
    }
  }

  #entries(struct: ValueOf<'structExpr'>, at: number, depth: number): [Node, Node][] {
    if (struct.messageName !== '') {
      throw new ConditionError(at, `messages such as \`${struct.messageName}{}\` are not supported`);
    }
    return struct.entries.map(({ keyKind, value }) => {
      if (keyKind.case !== 'mapKey') throw new ConditionError(at, 'a map needs a key for each value');
      return [this.read(keyKind.value, depth), this.read(value, depth)];
    });
  }

  /** The parser writes macros out as loops with an accumulator; which macro it was stands beside. */
  #loop(expr: Expr, { iterRange, iterVar, loopStep }: ValueOf<'comprehensionExpr'>, depth: number) {
    const call = this.#macroCall(expr);
    const macro = (call?.function === 'existsOne' ? 'exists_one' : call?.function) as Macro;
    const step = loopStep?.exprKind.case === 'callExpr' ? loopStep.exprKind.value.args : [];
    const at = this.#placeOf(expr);
    if (!MACROS.includes(macro)) throw new ConditionError(at, 'this loop is not supported');
    const [test, added] = step;
    const isFiltered = call?.args.length === 3;
    const bodies = {
      all: added,
      exists: added,
      exists_one: test,
      filter: test,
      map: elementOf(isFiltered ? added : loopStep),
    };
    return {
      kind: 'loop',
      macro,
      range: this.read(iterRange, depth),
      variable: iterVar,
      body: this.read(bodies[macro], depth),
      ...(isFiltered ? { filter: this.read(test, depth) } : {}),
    };
  }
}

type ValueOf<K> = Extract<Expr['exprKind'], { case: K }>['value'];

/** `x` of the step `accumulator + [x]`. */
function elementOf(step: Expr | undefined): Expr | undefined {
  const added = step?.exprKind.case === 'callExpr' ? step.exprKind.value.args[1] : undefined;
  return added?.exprKind.case === 'listExpr' ? added.exprKind.value.elements[0] : undefined;
}

function constantOf({ constantKind }: ValueOf<'constExpr'>, at: number): Scalar {
  switch (constantKind.case) {
    case 'int64Value':
      return safeInteger(constantKind.value, at);
    case 'doubleValue':
      if (!Number.isFinite(constantKind.value))
        throw new ConditionError(at, 'the number is too large for any number there is');
      return constantKind.value;
    case 'boolValue':
    case 'stringValue':
      return constantKind.value;
    case 'nullValue':
      return null;
    case 'uint64Value':
      throw new ConditionError(at, 'unsigned integers (`1u`) are not supported', 'leave the `u` out');
    default:
      throw new ConditionError(at, 'bytes are not supported', 'write a text');
  }
}

/** JSON numbers are exact up to 2^53; an integer beyond could only be compared with something rounded. */
function safeInteger(value: bigint, at: number): bigint {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
    throw new ConditionError(at, `the integer ${value} is beyond 2^53, where JSON numbers are rounded`);
  }
  return value;
}
