import { z } from 'zod';
import { BACKTEST_STATES } from '../../backtest/backtests.ts';
import { MAX_KEPT_FLIPS } from '../../backtest/tally.ts';
import { DECISIONS } from '../../decision/stage.ts';
import { idSchema, page, time } from './paging.ts';
import { policyTextsSchema } from './policy.ts';

const filterSchema = z
  .strictObject({
    from: time.exactOptional(),
    to: time.exactOptional(),
    tenant_id: idSchema.exactOptional(),
    agent_id: idSchema.exactOptional(),
    tool_name: idSchema.exactOptional(),
    decision: z.enum(DECISIONS).exactOptional().meta({ description: 'As it was decided then.' }),
    policy_bundle: idSchema.exactOptional().meta({ description: 'The version it was decided under.' }),
    log: idSchema.exactOptional().meta({
      description:
        'The origin of the only log to read; absent: the gateway’s own and all that were taken over.',
    }),
  })
  .meta({ description: 'Which recorded plans; all given members must hold.' });

export const backtestInputSchema = z.strictObject({
  policy: idSchema.exactOptional().meta({
    description: 'Version of a bundle that was ever active, or the name of the active one.',
  }),
  bundle: policyTextsSchema.exactOptional().meta({
    description:
      'Or texts by file name; `null` takes a file out. Files left out are taken from the active bundle.',
  }),
  filter: filterSchema.default({}),
});

const verdict = z.strictObject({
  decision: z.string().optional(),
  reason: z.string().optional(),
  control: z.string().optional(),
});

export const backtestCauseSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rule'), rule: z.string(), change: z.enum(['new', 'gone', 'changed']) }),
    z.strictObject({ kind: z.literal('control'), control: z.string(), reason: z.string() }),
  ])
  .meta({ description: 'A rule that matches on one side only or is another one, or a control.' });

const flipCount = { loosened: z.int(), tightened: z.int() };
const sample = z.array(z.string()).meta({ description: 'Some of the traces.' });

const report = z.strictObject({
  plans: z.strictObject({
    matched: z.int(),
    decided: z.int(),
    not_reproducible: z.int(),
    flipped: z.int(),
  }),
  ...flipCount,
  other_reason: z.int().meta({ description: 'The same decision for another reason, or by another control.' }),
  matrix: z.array(z.strictObject({ before: z.string(), after: z.string(), count: z.int() })),
  causes: z.array(z.strictObject({ cause: backtestCauseSchema, ...flipCount, sample })),
  by_agent: z.array(z.strictObject({ agent_id: z.string(), plans: z.int(), ...flipCount })),
  by_tool: z.array(z.strictObject({ tool_name: z.string(), plans: z.int(), ...flipCount })),
  taken_over: z
    .array(z.strictObject({ log: z.string(), plans: z.int(), not_reproducible: z.int(), ...flipCount }))
    .meta({ description: 'What of all this comes from logs that were taken over, by origin.' }),
  not_reproducible: z
    .array(z.strictObject({ missing: z.string(), count: z.int(), sample }))
    .meta({ description: 'Plans that cannot be decided again, by what their record lacks.' }),
  rules_never_met: z.array(z.string()).meta({ description: 'Rules of the candidate that no plan met.' }),
});

export const backtestSchema = z.strictObject({
  backtest_id: z.string(),
  status: z.enum(BACKTEST_STATES),
  tenant_id: z.string(),
  created_by: z.string(),
  created_at: z.string(),
  ended_at: z.string().optional(),
  candidate: z.strictObject({ name: z.string(), version: z.string() }),
  filter: z
    .record(z.string(), z.string())
    .meta({ description: 'As it was asked, with the tenant of the caller.' }),
  progress: z.strictObject({
    plans: z.int(),
    flipped: z.int(),
    bytes: z.int().meta({ description: 'Of the log that are passed, of `of`.' }),
    of: z.int(),
  }),
  error: z.string().optional().meta({ description: 'Why it failed.' }),
  report: report.optional().meta({ description: 'When it is done.' }),
});

export const backtestListSchema = z.strictObject({ backtests: z.array(backtestSchema) });

export const flipPageSchema = page(
  'flips',
  z.strictObject({
    trace_id: z.string(),
    execution_plan_id: z.string(),
    timestamp: z.string(),
    log: z.string().optional().meta({ description: 'The log it stands in, where that was taken over.' }),
    tenant_id: z.string().optional(),
    agent_id: z.string().optional(),
    tools: z.array(z.string()),
    effect: z.enum(['loosened', 'tightened']),
    before: verdict,
    after: verdict,
    because: z.array(backtestCauseSchema),
  }),
).meta({ description: `The first ${MAX_KEPT_FLIPS.toLocaleString('en')} are kept; all are counted.` });
