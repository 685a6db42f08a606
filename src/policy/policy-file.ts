import { z } from 'zod';
import { ACTIONS } from './bundle.ts';
import { originalShape } from './original-form.ts';
import { ruleSchema } from './rule-schema.ts';

const testSchema = z.strictObject({
  name: z.string().min(1).max(300),
  /** Plans that were decided before this one, in order, for rules that ask of the past. */
  before: z.array(z.record(z.string(), z.unknown())).max(100).optional(),
  plan: z.record(z.string(), z.unknown()),
  expect: z.enum(ACTIONS),
  reason: z.string().min(1).max(64).optional(),
});

/** `policies.yaml`: rules in full or flat form, and the keys of the original form, in one file. */
export const policyFileSchema = z.strictObject({
  bundle: z.string().min(1).max(256).default('default'),
  default: z.enum(ACTIONS).default('block'),
  combining: z.enum(['strongest', 'first_match']).default('strongest'),
  permits: z.enum(['always', 'on_request']).default('on_request'),
  rules: z.array(ruleSchema).max(100_000).default([]),
  tests: z.array(testSchema).max(10_000).default([]),
  ...originalShape,
});
export type PolicyFile = z.output<typeof policyFileSchema>;
export type PolicyTest = z.output<typeof testSchema>;
