import { z } from 'zod';
import { ACTIONS } from './bundle.ts';

/** A plan and the decision it must get. */
export const testSchema = z.strictObject({
  name: z.string().min(1).max(300),
  /** Plans that were decided before this one, in order, for rules that ask of the past. */
  before: z.array(z.record(z.string(), z.unknown())).max(100).optional(),
  plan: z.record(z.string(), z.unknown()),
  expect: z.enum(ACTIONS),
  reason: z.string().min(1).max(64).optional(),
});
export type PolicyTest = z.output<typeof testSchema>;
