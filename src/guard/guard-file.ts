import { RE2JS } from '@bufbuild/re2';
import { z } from 'zod';
import { ARGUMENT_RULES } from './arguments/argument-rules.ts';
import { DIRECTIONS, SEVERITIES } from './finding.ts';
import { PHRASE_RULES } from './rules/phrase-rules.ts';
import { FAMILIES } from './rules/rule.ts';
import { PROFILES } from './score.ts';

/** Detectors that are no rules. */
const OTHER_DETECTORS = [
  ...['hidden.invisible_text', 'hidden.invisible_run', 'hidden.nested_encoding', 'hidden.split_payload'],
  ...['destination.query', 'destination.host', 'destination.scheme'],
  ...['ssrf.internal_address', 'ssrf.unusual_scheme'],
];
/** What `disabled` may name: a detector is named without the language it looks at. */
export const DETECTORS: readonly string[] = [
  ...new Set([
    ...PHRASE_RULES.map(({ id }) => id.replace(/\.[a-z]{2}$/, '')),
    ...ARGUMENT_RULES.map(({ id }) => id),
    ...OTHER_DETECTORS,
  ]),
].sort();
/** What `weights` may name: the families of phrases, and the categories of arguments, which are theirs. */
const WEIGHED = [
  ...new Set([
    ...FAMILIES,
    ...ARGUMENT_RULES.map(({ category }) => category),
    ...['internal_address', 'destination'],
  ]),
].sort();

const MAX_PATTERN = 1000;
const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'up to 64 small letters, digits, _ and -, not beginning with a sign');
const level = z.number().min(1).max(20);

const direction = z.strictObject({
  profile: z.enum(PROFILES).optional(),
  flag: level.optional(),
  block: level.optional(),
});

const pattern = z
  .string()
  .min(1)
  .max(MAX_PATTERN)
  .superRefine((source, context) => {
    try {
      if (RE2JS.compile(source).test(''))
        context.addIssue({
          code: 'custom',
          message: 'the pattern matches an empty text, so it would match every text',
        });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      context.addIssue({ code: 'custom', message: `not a pattern RE2 accepts: ${reason}` });
    }
  });

/** `guard.yaml`: how the guard is set up. Everything in it is optional. */
export const guardFileSchema = z.strictObject({
  profile: z.enum(PROFILES).default('balanced'),
  directions: z
    .strictObject(
      Object.fromEntries(DIRECTIONS.map((each) => [each, direction.optional()])) as Record<
        (typeof DIRECTIONS)[number],
        z.ZodOptional<typeof direction>
      >,
    )
    .default({}),
  weights: z
    .strictObject(
      Object.fromEntries(WEIGHED.map((each) => [each, z.number().min(0).max(2).optional()])) as Record<
        string,
        z.ZodOptional<z.ZodNumber>
      >,
    )
    .default({}),
  disabled: z.array(z.enum(DETECTORS)).max(500).default([]),
  allowed_destinations: z
    .array(z.string().regex(/^(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}$/i, 'a domain, as acme.example'))
    .max(1000)
    .default([]),
  canaries: z
    .array(
      z.strictObject({
        id,
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the value: 64 hexadecimal digits'),
        length: z.int().min(8).max(512),
      }),
    )
    .max(1000)
    .default([]),
  patterns: z
    .array(
      z.strictObject({
        id,
        pattern,
        severity: z.enum(SEVERITIES).default('medium'),
        weight: z.number().min(0).max(10).default(4),
        message: z.string().min(1).max(300).optional(),
        directions: z.array(z.enum(DIRECTIONS)).min(1).optional(),
      }),
    )
    .max(32)
    .default([]),
});
export type GuardFile = z.output<typeof guardFileSchema>;
