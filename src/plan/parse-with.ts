import type { z } from 'zod';
import { toPointer } from '../json/pointer.ts';
import { PlanError } from './plan-error.ts';
import { shapeCheck } from './shape-check.ts';

/**
 * A submission that fits its schema, as it was submitted: defaults are not filled in. Throws `PlanError` with a JSON
 * pointer for each problem otherwise.
 */
export function parseSubmission<Schema extends z.ZodType>(schema: Schema, value: unknown): z.input<Schema> {
  return shapeCheck(schema)(value)
    ? (value as z.input<Schema>)
    : (parseWith(schema, value) as z.input<Schema>);
}

/** What a value holds by its schema, or `PlanError` with a JSON pointer for each problem. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new PlanError(result.error.issues.flatMap(problemsOf));
}

function problemsOf(issue: z.core.$ZodIssue): { pointer: string; message: string }[] {
  const path = issue.path as (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: toPointer([...path, key]),
      message: `unknown field "${key}"`,
    }));
  }
  return [{ pointer: toPointer(path), message: issue.message }];
}
