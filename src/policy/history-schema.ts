import { z } from 'zod';
import { argumentPointer } from './argument-schema.ts';
import { durationSchema } from './duration.ts';
import { gradedLevelsSchema, trustLevelsSchema } from './levels.ts';
import { namesSchema } from './names-schema.ts';

/** Whose past counts. */
export const HISTORY_SCOPES = ['trace', 'session', 'agent', 'tenant'] as const;
export type HistoryScope = (typeof HISTORY_SCOPES)[number];

/** Nothing older is asked for, and what is asked whether it is `new` is new when it was not met for as long. */
export const LONGEST_WINDOW = '30d';
/** How far back a trace or a session is looked at where a rule does not say. */
const USUAL_WINDOW = '7d';
/** Counting ends here: a count of this much means this much or more, so a rule cannot ask for more. */
export const MAX_COUNT = 1_000;
/** What one rule may ask of the past. */
const MAX_CONDITIONS = 8;
const MAX_POINTERS = 8;

const PAST_DECISIONS = ['allow', 'block', 'require_approval'] as const;

const pointer = z
  .string()
  .max(500)
  .transform((given, context) => {
    const read = argumentPointer(given);
    if (read !== undefined && read !== '') return read;
    const message = 'not an argument: write a name, a.dotted.path or a /json/pointer';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
const pointers = z
  .union([pointer, z.array(pointer).min(1).max(MAX_POINTERS)])
  .transform((given) => [...new Set([given].flat())].sort());

const bound = z.int().min(0).max(MAX_COUNT);
/** Comparisons that all must hold, read as the least and the most that satisfy them. */
const countSchema = z
  .strictObject({
    gte: bound.optional(),
    gt: bound.optional(),
    lte: bound.optional(),
    lt: bound.optional(),
    eq: bound.optional(),
  })
  .transform(({ gte = 0, gt = -1, lte, lt, eq }, context) => {
    const least = Math.max(gte, gt + 1, eq ?? 0);
    const above = [lte, lt === undefined ? undefined : lt - 1, eq].filter((limit) => limit !== undefined);
    const most = above.length === 0 ? undefined : Math.min(...above);
    const problem = countProblem(least, most);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    return { ...(least > 0 && { gte: least }), ...(most !== undefined && { lte: most }) };
  });

function countProblem(least: number, most: number | undefined): string | undefined {
  if (least > MAX_COUNT || (most !== undefined && most >= MAX_COUNT))
    return `nobody counts beyond ${MAX_COUNT}: ask for \`gte\` up to ${MAX_COUNT}, or \`lte\` below it`;
  if (most !== undefined && most < least) return 'no count satisfies this, so the rule could never match';
  return least === 0 && most === undefined
    ? 'every count satisfies this: remove it or ask for more'
    : undefined;
}

const conditionShape = z.strictObject({
  within: z.enum(HISTORY_SCOPES),
  window: durationSchema.optional(),
  tool_name: namesSchema.optional(),
  capability: namesSchema.optional(),
  sensitivity_level: gradedLevelsSchema.optional(),
  lowest_trust: trustLevelsSchema.optional(),
  decision: z
    .union([z.enum(PAST_DECISIONS), z.array(z.enum(PAST_DECISIONS)).min(1)])
    .default('allow')
    .transform((given) => PAST_DECISIONS.filter((decision) => [given].flat().includes(decision))),
  same: pointers.default([]),
  new: pointers.default([]),
  count: countSchema.default({ gte: 1 }),
});

/** One thing that a rule asks of the past, in its one form: equal meanings are equal content. */
const conditionSchema = conditionShape.transform((written, context) => {
  const { within, window: given, tool_name, capability, sensitivity_level, lowest_trust } = written;
  if (given === undefined && (within === 'agent' || within === 'tenant')) {
    const message = `\`window\` is missing: the past of ${within === 'agent' ? 'an agent' : 'a tenant'} has no end`;
    context.addIssue({ code: 'custom', path: ['window'], message });
  }
  return {
    within,
    window: given ?? USUAL_WINDOW,
    ...(tool_name === undefined ? {} : { tool_name }),
    ...(capability === undefined ? {} : { capability }),
    ...(sensitivity_level === undefined ? {} : { sensitivity_level }),
    ...(lowest_trust === undefined ? {} : { lowest_trust }),
    decision: written.decision,
    ...(written.same.length === 0 ? {} : { same: written.same }),
    ...(written.new.length === 0 ? {} : { new: written.new }),
    count: written.count,
  };
});
export type HistoryContent = z.output<typeof conditionSchema>;
/** What is counted, without what the count is held against. */
export type QueryContent = Omit<HistoryContent, 'count'>;

export const historySchema = z.array(conditionSchema).max(MAX_CONDITIONS);
