import { z } from 'zod';
import { ACTIONS, type Action } from './bundle.ts';
import { originalShape } from './original-form.ts';
import { ruleSchema } from './rule-schema.ts';
import { testSchema } from './test-schema.ts';

/** What a step gets that no rule speaks about: a word, or a word that the rules of a layer may relax. */
export type DefaultContent = Action | { action: Action; overridable: true };

const defaultSchema = z
  .union([
    z.enum(ACTIONS),
    z.strictObject({ action: z.enum(ACTIONS), overridable: z.boolean().default(false) }),
  ])
  .transform((given): DefaultContent => {
    if (typeof given === 'string') return given;
    const { action, overridable } = given;
    return overridable ? { action, overridable } : action;
  });

/** `policies.yaml`: rules in full or flat form, and the keys of the original form, in one file. */
export const policyFileSchema = z.strictObject({
  bundle: z.string().min(1).max(256).default('default'),
  default: defaultSchema.default('block'),
  combining: z.enum(['strongest', 'first_match']).default('strongest'),
  permits: z.enum(['always', 'on_request']).default('on_request'),
  rules: z.array(ruleSchema).max(100_000).default([]),
  tests: z.array(testSchema).max(10_000).default([]),
  ...originalShape,
});
export type PolicyFile = z.output<typeof policyFileSchema>;
