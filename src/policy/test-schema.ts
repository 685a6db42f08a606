import { z } from 'zod';
import { ACTIONS } from './bundle.ts';

/** The controls that can decide a plan, in their order; `none` of a plan that passes all of them. */
export const CONTROLS = [
  'identity',
  'local_enforcement',
  'capability',
  'policy',
  'budget',
  'approval',
  'none',
] as const;

/** A plan and the decision it must get. */
export const testSchema = z.strictObject({
  name: z.string().min(1).max(300),
  /** Plans that were decided before this one, in order, for rules that ask of the past. */
  before: z.array(z.record(z.string(), z.unknown())).max(100).optional(),
  plan: z.record(z.string(), z.unknown()),
  expect: z.enum(ACTIONS),
  reason: z.string().min(1).max(64).optional(),
  /** Which control has to decide it, where it is not the rules. */
  control: z.enum(CONTROLS).optional(),
});
export type PolicyTest = z.output<typeof testSchema>;
