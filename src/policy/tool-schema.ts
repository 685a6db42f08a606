import {
  Ajv2020,
  type ErrorObject,
  type FuncKeywordDefinition,
  type ValidateFunction,
} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { canonicalJson } from '../json/canonical.ts';
import { isAtOrBelow, isBelowAny, pointerSegment } from '../json/pointer.ts';
import type { JsonObject } from '../json/value.ts';
import { compilePattern } from './pattern.ts';

export type ArgumentProblem = { pointer: string; message: string };

/** Judges arguments by a tool's JSON Schema. What stands at or below an unknown pointer is not judged. */
export type ArgumentCheck = (args: JsonObject, unknownPointers: readonly string[]) => ArgumentProblem[];

export type ToolSchemaCompiler = {
  compile(schema: JsonObject): { check: ArgumentCheck; error?: never } | { check?: never; error: string };
};

/** Most problems reported for one call: enough to repair it, too few to flood the log. */
const MAX_PROBLEMS = 20;

function regExp(source: string): { test(text: string): boolean } {
  const { pattern, error } = compilePattern(source);
  if (pattern === undefined) throw new SyntaxError(error);
  return pattern;
}

/** Linear in the length of the list, where the built-in keyword compares every pair of objects. */
const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  error: { message: 'must not hold the same item twice' },
  validate: (wanted: boolean, items: unknown[]) =>
    !wanted || new Set(items.map(canonicalJson)).size === items.length,
};

/**
 * A compiler for JSON Schema 2020-12. Unknown keywords and formats are errors, patterns are RE2, only own
 * members count, and nothing in the arguments is ever changed (no defaults, no coercion).
 */
export function createToolSchemaCompiler(): ToolSchemaCompiler {
  const ajv = new Ajv2020({
    allErrors: true,
    ownProperties: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    logger: false,
    code: { regExp: Object.assign(regExp, { code: 'regExp' }) },
  });
  addFormats.default(ajv);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword(uniqueItems);
  return {
    compile(schema) {
      try {
        const validate = ajv.compile(schema);
        // Two tools may use the same `$id`; each schema stands alone.
        ajv.removeSchema(schema);
        if (typeof schema['$id'] === 'string') ajv.removeSchema(schema['$id']);
        return { check: (args, unknown) => problemsOf(validate, args, unknown) };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

function problemsOf(
  validate: ValidateFunction,
  args: JsonObject,
  unknown: readonly string[],
): ArgumentProblem[] {
  if (validate(args)) return [];
  const errors = validate.errors ?? [];
  return (unknown.length === 0 ? errors : settledErrors(errors, unknown))
    .map(toProblem)
    .sort(byPlace)
    .slice(0, MAX_PROBLEMS);
}

/** The validator goes through members as they were sent; a decision must not depend on that. */
function byPlace(one: ArgumentProblem, other: ArgumentProblem): number {
  const [a, b] = [`${one.pointer}\n${one.message}`, `${other.pointer}\n${other.message}`];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The errors that stand whatever the unknown values turn out to be. An error at or below an unknown place does
 * not. Nor does a choice (`anyOf`, `oneOf`) of which some branch fails at unknown places only: that branch may
 * still fit.
 */
function settledErrors(errors: readonly ErrorObject[], unknown: readonly string[]): ErrorObject[] {
  const isOpen = (error: ErrorObject) => isBelowAny(placeOf(error), unknown);
  const open = new Set(errors.filter(isOpen));
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  for (const choice of choices.sort((a, b) => b.schemaPath.length - a.schemaPath.length)) {
    const prefix = `${choice.schemaPath}/`;
    const inside = errors.filter(
      ({ schemaPath, instancePath }) =>
        schemaPath.startsWith(prefix) && isAtOrBelow(instancePath, choice.instancePath),
    );
    const branchOf = ({ schemaPath }: ErrorObject) => schemaPath.slice(prefix.length).split('/', 1)[0] ?? '';
    const branches = Object.values(Object.groupBy(inside, branchOf));
    if (!branches.some((branch) => branch?.every((error) => open.has(error)))) continue;
    for (const error of [choice, ...inside]) open.add(error);
  }
  return errors.filter((error) => !open.has(error));
}

/** Where the value stands that an error depends on. That an argument is there does not depend on its own value. */
function placeOf(error: ErrorObject): string {
  const isOfName = /^(additionalProperties|unevaluatedProperties|propertyNames)$/.test(error.keyword);
  return isOfName ? error.instancePath : toProblem(error).pointer;
}

function toProblem({ keyword, instancePath, params, message }: ErrorObject): ArgumentProblem {
  const below = (key: unknown) => `${instancePath}/${pointerSegment(String(key))}`;
  switch (keyword) {
    case 'required':
      return { pointer: below(params['missingProperty']), message: 'is missing' };
    case 'additionalProperties':
      return { pointer: below(params['additionalProperty']), message: 'is not an argument of this tool' };
    case 'unevaluatedProperties':
      return { pointer: below(params['unevaluatedProperty']), message: 'is not an argument of this tool' };
    case 'enum':
      return { pointer: instancePath, message: `must be one of ${listed(params['allowedValues'])}` };
    case 'const':
      return { pointer: instancePath, message: `must be ${JSON.stringify(params['allowedValue'])}` };
    default:
      return { pointer: instancePath, message: message ?? `does not satisfy ${keyword}` };
  }
}

function listed(values: unknown): string {
  const words = (Array.isArray(values) ? values : [values])
    .slice(0, 20)
    .map((value) => JSON.stringify(value));
  return words.join(', ');
}
