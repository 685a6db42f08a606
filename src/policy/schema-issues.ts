import { z } from 'zod';
import { toPointer, valueAt } from '../json/pointer.ts';
import type { Issue } from './problem.ts';
import { didYouMean } from './suggestion.ts';

type SchemaIssue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Reads `document` by a zod schema, or says for people what is wrong with it and where: unknown keys with the
 * key that was probably meant, missing ones as missing. Works for every strict schema of the gateway's files.
 */
export function readBySchema<S extends z.ZodType>(
  schema: S,
  document: unknown,
): { value: z.output<S>; issues?: never } | { value?: never; issues: Issue[] } {
  const read = schema.safeParse(document);
  if (read.success) return { value: read.data };
  return { issues: read.error.issues.flatMap((issue) => toIssues(issue, [], { schema, document })) };
}

type Source = { schema: z.ZodType; document: unknown };

function toIssues(issue: SchemaIssue, base: Path, source: Source): Issue[] {
  const path = [...base, ...issue.path];
  const pointer = pointerOf(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, source));
    case 'invalid_union':
      return unionIssues(issue, path, source);
    case 'invalid_value': {
      const options = issue.values.map(String);
      const meant = didYouMean(String(memberAt(source.document, path)), options);
      const message = isMissing(source.document, path)
        ? missing(path)
        : `must be one of ${options.join(', ')}`;
      return [{ pointer, message, ...(meant === undefined ? {} : { hint: `did you mean ${meant}?` }) }];
    }
    case 'invalid_type':
      if (isMissing(source.document, path)) return [{ pointer, message: missing(path) }];
      return [{ pointer, message: issue.message.replace(/^Invalid input: /, '') }];
    case 'invalid_key':
      return [{ pointer, message: issue.issues[0]?.message ?? issue.message }];
    default:
      return [{ pointer, message: issue.message }];
  }
}

function unknownKey(key: string, path: Path, { schema }: Source): Issue {
  const meant = didYouMean(key, keysAt(schema, path));
  const hint = meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` };
  return { pointer: pointerOf([...path, key]), message: `unknown key \`${key}\``, ...hint };
}

/** Of several forms, the one the author seems to have chosen: the one whose outermost type fits. */
function unionIssues(
  issue: Extract<SchemaIssue, { code: 'invalid_union' }>,
  path: Path,
  source: Source,
): Issue[] {
  const pointer = pointerOf(path);
  if (isMissing(source.document, path)) return [{ pointer, message: missing(path) }];
  const value = memberAt(source.document, path);
  const isOtherType = (error: SchemaIssue) =>
    error.path.length === 0 &&
    (error.code === 'invalid_type' || (error.code === 'invalid_value' && typeof value === 'object'));
  const [chosen] = issue.errors
    .filter((errors) => !errors.some(isOtherType))
    .sort((a, b) => a.length - b.length);
  if (chosen !== undefined) return chosen.flatMap((error) => toIssues(error, path, source));
  const forms = issue.errors
    .flat()
    .flatMap((error) => (error.code === 'invalid_type' ? [error.expected] : []));
  return [{ pointer, message: `must be ${[...new Set(forms)].join(' or ')}` }];
}

function missing(path: Path): string {
  return `\`${String(path.at(-1))}\` is missing`;
}

function pointerOf(path: Path): string {
  return toPointer(path.map((key) => (typeof key === 'number' ? key : String(key))));
}

function memberAt(document: unknown, path: Path): unknown {
  return valueAt(document, path.map(String));
}

function isMissing(document: unknown, path: Path): boolean {
  return path.length > 0 && memberAt(document, path) === undefined;
}

/** The keys a schema knows at a path, over all forms the value there may have. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const inner = unwrap(schema);
  const [key, ...rest] = path;
  if (inner instanceof z.ZodUnion) return inner.options.flatMap((option) => keysAt(option, path));
  if (inner instanceof z.ZodObject) {
    if (key === undefined) return Object.keys(inner.shape);
    const member = (inner.shape as Record<string, z.core.$ZodType>)[String(key)];
    return member === undefined ? [] : keysAt(member, rest);
  }
  if (key === undefined) return [];
  if (inner instanceof z.ZodRecord) return keysAt(inner.valueType, rest);
  if (inner instanceof z.ZodArray) return keysAt(inner.element, rest);
  return [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return unwrap(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe)
    return unwrap(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
  return schema;
}
