import { z } from 'zod';
import { parsePointer, toPointer } from '../json/pointer.ts';
import { normalHost } from './hosts.ts';
import { compilePattern } from './pattern.ts';

/**
 * A JSON pointer into the arguments from what an author writes: a pointer (`/to/0`), a name (`to`) or a dotted
 * path (`customer.email`). `""` means all arguments together. `undefined` for a malformed pointer.
 */
export function argumentPointer(key: string): string | undefined {
  if (key === '') return '';
  if (key.startsWith('/')) return parsePointer(key) === undefined ? undefined : key;
  const path = key.split('.');
  return path.includes('') ? undefined : toPointer(path);
}

/**
 * A mapping from arguments to what is asked of them, its keys read as JSON pointers. One argument named in two
 * ways is an error: one of the two would be lost.
 */
export function byArgument<S extends z.ZodType>(asked: S) {
  return z.record(z.string().max(500), asked).transform((given, context) => {
    const result: Record<string, z.output<S>> = {};
    for (const [key, value] of Object.entries(given)) {
      const pointer = argumentPointer(key);
      if (pointer === undefined) {
        context.addIssue({
          code: 'custom',
          path: [key],
          message: 'not an argument: write a name, a.dotted.path or a /json/pointer',
        });
      } else if (Object.hasOwn(result, pointer)) {
        context.addIssue({ code: 'custom', path: [key], message: `the argument ${pointer} is named twice` });
      } else {
        result[pointer] = value as z.output<S>;
      }
    }
    return result;
  });
}

const scalar = z.union([z.string().max(4096), z.number(), z.boolean(), z.null()]);
const text = z.string().min(1).max(4096);

const domain = z.string().transform((given, context) => {
  const host = normalHost(given);
  if (host !== undefined) return host;
  const message = 'not a domain name: write `acme.example`; the names below it are included';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const pattern = z.string().superRefine((source, context) => {
  const { error } = compilePattern(source);
  if (error !== undefined) context.addIssue({ code: 'custom', message: error });
});

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

const domains = z
  .array(domain)
  .min(1)
  .max(10_000)
  .transform((names) => unique(names).sort());
const oneOrMore = z
  .union([text, z.array(text).min(1).max(1000)])
  .transform((given) => unique([given].flat()).sort());

/** What a rule asks of one argument; all operators given must hold for the same element. */
const operatorsShape = z.strictObject({
  exists: z.boolean().optional(),
  eq: scalar.optional(),
  ne: scalar.optional(),
  in: z.array(scalar).min(1).max(10_000).optional(),
  not_in: z.array(scalar).min(1).max(10_000).optional(),
  gt: z.number().optional(),
  gte: z.number().optional(),
  lt: z.number().optional(),
  lte: z.number().optional(),
  matches: pattern.optional(),
  starts_with: text.optional(),
  ends_with: text.optional(),
  contains: text.optional(),
  mentions: oneOrMore.optional(),
  in_domains: domains.optional(),
  not_in_domains: domains.optional(),
});

export type Operators = z.output<typeof operatorsShape>;

export const operatorsSchema = operatorsShape.superRefine((given, context) => {
  const names = Object.keys(given);
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  if (names.length === 0) refuse('no operator given: the condition would ask nothing');
  if (given.exists === false && names.length > 1)
    refuse('`exists: false` cannot be combined: an absent argument has no value');
  if (isEmptyInterval(given)) refuse('no number satisfies these limits, so the rule could never match');
});

function isEmptyInterval({ gt, gte, lt, lte }: Operators): boolean {
  const low = Math.max(gt ?? -Infinity, gte ?? -Infinity);
  const high = Math.min(lt ?? Infinity, lte ?? Infinity);
  return low > high || (low === high && (low === gt || high === lt));
}
