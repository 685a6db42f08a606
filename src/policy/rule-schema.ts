import { z } from 'zod';
import { SOURCE_TYPES } from '../plan/trust-level.ts';
import { byArgument, operatorsSchema } from './argument-schema.ts';
import { ACTIONS } from './bundle.ts';
import { durationSchema } from './duration.ts';
import { historySchema } from './history-schema.ts';
import { layerSchema } from './layer.ts';
import { gradedLevelsSchema, trustLevelsSchema } from './levels.ts';
import { mergeObligations } from './merge-obligations.ts';
import { nameSchema, namesSchema, sortedUnique } from './names-schema.ts';
import { needsRun, obligationSchema, obligationsOf } from './obligation-schema.ts';

const oneOrMoreNames = z
  .union([nameSchema, z.array(nameSchema).min(1).max(1000)])
  .transform((given) => sortedUnique([given].flat()));
const sourceType = z.enum(SOURCE_TYPES);

function notEmpty(given: object, context: z.RefinementCtx): void {
  if (Object.keys(given).length === 0)
    context.addIssue({ code: 'custom', message: 'asks nothing: remove it or fill it' });
}

const provenanceSchema = z
  .strictObject({
    instructions: trustLevelsSchema.optional(),
    lowest_trust: trustLevelsSchema.optional(),
    source_type: z
      .union([sourceType, z.array(sourceType).min(1)])
      .transform((given) => SOURCE_TYPES.filter((type) => [given].flat().includes(type)))
      .optional(),
  })
  .superRefine(notEmpty);

const findingsSchema = z
  .strictObject({
    severity: gradedLevelsSchema.optional(),
    category: oneOrMoreNames.optional(),
    detector: oneOrMoreNames.optional(),
  })
  .superRefine(notEmpty);

/** The attributes of a step that are names, in the order in which they are checked and explained. */
export const NAME_ATTRIBUTES = [
  'tool_name',
  'agent_name',
  'agent_id',
  'agent_type',
  'tenant_id',
  'environment',
  'capability',
  'runtime_mode',
  'session_id',
] as const;
export type NameAttribute = (typeof NAME_ATTRIBUTES)[number];

const matchShape = {
  tool_name: namesSchema.optional(),
  agent_name: namesSchema.optional(),
  agent_id: namesSchema.optional(),
  agent_type: namesSchema.optional(),
  tenant_id: namesSchema.optional(),
  environment: namesSchema.optional(),
  capability: namesSchema.optional(),
  runtime_mode: namesSchema.optional(),
  session_id: namesSchema.optional(),
  sensitivity_level: gradedLevelsSchema.optional(),
  provenance: provenanceSchema.optional(),
  findings: findingsSchema.optional(),
};
const matchSchema = z.strictObject(matchShape);
export type Match = z.output<typeof matchSchema>;

const approvalSchema = z.strictObject({
  ttl: durationSchema.default('1h'),
  required: z.int().min(1).max(10).default(1),
  approvers: z.array(nameSchema).max(100).default([]).transform(sortedUnique),
});

const ruleShape = z.strictObject({
  ...matchShape,
  id: z
    .string()
    .max(300)
    .regex(/^[^\p{Cc}]+$/u, 'an id is one line of text')
    .optional(),
  layer: layerSchema.optional(),
  match: matchSchema.optional(),
  args: byArgument(operatorsSchema).default({}),
  taint: byArgument(trustLevelsSchema).default({}),
  when: z.string().trim().min(1, 'asks nothing: remove it or fill it').optional(),
  history: historySchema.default([]),
  action: z.enum(ACTIONS),
  reason: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9_]*$/, 'a reason is a code in snake_case')
    .optional(),
  message: z.string().min(1).max(1000).optional(),
  approval: approvalSchema.optional(),
  obligations: z.array(obligationSchema).max(100).default([]),
  overrides: z.array(z.string().min(1).max(300)).max(1000).default([]).transform(sortedUnique),
  overridable: z.boolean().default(false),
  mode: z.enum(['enforce', 'shadow']).default('enforce'),
});
type RuleAsWritten = z.output<typeof ruleShape>;

/** The keys that a rule in a file can have. */
export const RULE_MEMBERS: ReadonlySet<string> = new Set(Object.keys(ruleShape.shape));

/**
 * A rule as it stands in a file, read into its one form: attributes of a flat rule moved into `match`, names and
 * levels as lists, arguments as JSON pointers, defaults filled. Reading that form again changes nothing. The id
 * may still be missing.
 */
export const ruleSchema = ruleShape.transform((written, context) => {
  for (const { path, message } of contradictions(written))
    context.addIssue({ code: 'custom', path, message });
  const {
    match,
    id,
    layer,
    action,
    args,
    taint,
    when,
    history,
    reason,
    message,
    obligations,
    overrides,
    overridable,
    mode,
  } = written;
  const approval = action === 'require_approval' ? (written.approval ?? approvalSchema.parse({})) : undefined;
  return {
    ...(id === undefined ? {} : { id }),
    ...(layer === undefined ? {} : { layer }),
    match: { ...flatMatch(written), ...match },
    args,
    taint,
    ...(when === undefined ? {} : { when }),
    ...(history.length === 0 ? {} : { history }),
    action,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    ...(approval === undefined ? {} : { approval }),
    obligations,
    overrides,
    overridable,
    mode,
  };
});
/** A rule in its one form, before it has an id. */
export type UnnamedRule = z.output<typeof ruleSchema>;
/** A rule in its one form. Its canonical hash is its identity. */
export type RuleContent = UnnamedRule & { id: string };

function flatMatch(written: RuleAsWritten): Match {
  const flat: Record<string, unknown> = {};
  for (const key of Object.keys(matchShape) as (keyof typeof matchShape)[]) {
    if (written[key] !== undefined) flat[key] = written[key];
  }
  return flat as Match;
}

type Contradiction = { path: string[]; message: string };

function contradictions(written: RuleAsWritten): Contradiction[] {
  const { match = {}, args, action, approval, obligations, overrides, overridable } = written;
  const twice = Object.keys(flatMatch(written))
    .filter((key) => Object.hasOwn(match, key))
    .map((key) => ({ path: [key], message: `\`${key}\` stands both here and in \`match\`` }));
  const searchesOnly = Object.keys(args[''] ?? {}).every((operator) => operator === 'mentions');
  const checks: [boolean, string[], string][] = [
    [!searchesOnly, ['args', ''], 'all arguments together can only be searched: use `mentions`'],
    [
      approval !== undefined && action !== 'require_approval',
      ['approval'],
      'only a rule with `action: require_approval` can say how it is approved',
    ],
    [
      obligations.some(needsRun) && action === 'block',
      ['obligations'],
      'a rule that blocks cannot have obligations but `notify`: nothing runs',
    ],
    [
      mergeObligations(obligations.flatMap(obligationsOf)).conflict !== undefined,
      ['obligations'],
      'these obligations contradict each other, so no step could ever meet them',
    ],
    [
      overrides.length > 0 && action !== 'allow',
      ['overrides'],
      'only a rule with `action: allow` can override others',
    ],
    [
      overridable && action === 'allow',
      ['overridable'],
      'an allow cannot be overridden: write a rule that blocks instead',
    ],
  ];
  const failed = checks.filter(([isWrong]) => isWrong);
  return [...twice, ...failed.map(([, path, message]) => ({ path, message }))];
}
