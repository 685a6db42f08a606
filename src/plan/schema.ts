import { z } from 'zod';
import { MODES, RUNTIME_MODES } from './plan.ts';
import { SENSITIVITY_LEVELS } from './sensitivity.ts';
import { SOURCE_TYPES, TRUST_LEVELS } from './trust-level.ts';

/** The most steps one plan may have; a longer one is several plans. */
export const MAX_STEPS = 200;
const MAX_SOURCES = 200;
/** 1 billion USD in micro-units still sums exactly. */
const MAX_USD = 1_000_000_000;
const MAX_TOKENS = 1_000_000_000_000;

const name = z.string().min(1).max(256);
const text = z.string().max(1_000_000);
/** Ids that appear in URLs, file names and logs: visible ASCII that needs no escaping there. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:~@=+-]{0,127}$/;
const id = z
  .string()
  .regex(
    idPattern,
    'must be 1 to 128 characters of A–Z a–z 0–9 . _ : ~ @ = + - and start with a letter or digit',
  );
/** Strict JSON parsing, or the YAML reader, has looked at every value below; looking again would only cost time. */
const json = z.record(z.string(), z.unknown());

export const sourceSchema = z.strictObject({
  source_type: z.enum(SOURCE_TYPES),
  source_name: name.optional(),
  trust_level: z
    .enum(TRUST_LEVELS)
    .optional()
    .meta({ description: 'A claim. It can lower what the source is worth, never raise it.' }),
  content: text.optional().meta({ description: 'Inspected by the guard, then kept by hash only.' }),
  content_hash: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 lower-case hex digits')
    .optional()
    .meta({ description: 'Where it is not the hash of the content beside it, the source is unverified.' }),
  signature: z.string().max(4096).optional().meta({
    description:
      'Of the source, by a key of the trust registry (docs/provenance.md). One that does not hold makes it unverified.',
  }),
  derived_from: z.array(name).max(MAX_SOURCES).optional().meta({
    description:
      'Names or content hashes of the sources it was made from: it is worth no more than any of them. One that neither the plan nor the trust registry knows is unverified.',
  }),
});

/** A source of one step, which may also be material of its arguments and no instruction. */
export const stepSourceSchema = sourceSchema.extend({
  flows_into: z
    .array(z.string().max(2000).meta({ example: '/body' }))
    .min(1)
    .max(MAX_SOURCES)
    .optional()
    .meta({
      description:
        'JSON pointers into the arguments: what the source says stands there, and it instructed nothing. Those arguments are worth no more than the source; absent, the whole step is.',
    }),
});

export const stepSchema = z.strictObject({
  step_id: id.optional().meta({ description: 'Unique in the plan; s1, s2, … by position when absent.' }),
  tool_name: name.meta({ example: 'send_email' }),
  arguments: json.default({}).meta({
    description:
      'What the tool is called with. {"$from": step_id, "path": JSON pointer} stands for the output of another step.',
  }),
  sensitivity_level: z.enum(SENSITIVITY_LEVELS).optional(),
  estimated_cost: z
    .strictObject({
      usd: z.number().nonnegative().max(MAX_USD).optional(),
      tokens: z.int().nonnegative().max(MAX_TOKENS).optional(),
    })
    .optional(),
  depends_on: z.array(id).max(MAX_STEPS).optional(),
  provenance: z.array(stepSourceSchema).max(MAX_SOURCES).optional().meta({
    description:
      'Where the instruction for this one step came from, besides the provenance of the plan: the lowest of both counts.',
  }),
});

export const planSchema = z.strictObject({
  trace_id: id.optional(),
  execution_plan_id: id.optional(),
  mode: z.enum(MODES).optional(),
  agent: z.strictObject({
    agent_id: name.meta({ example: 'agent-finance-01' }),
    agent_name: name.optional(),
    agent_type: name.optional(),
    tenant_id: name.optional().meta({ description: 'Default: the tenant of the caller.' }),
    policy_bundle: name.optional(),
    runtime_mode: z.enum(RUNTIME_MODES).optional(),
    budget_context: name.optional().meta({
      description:
        'What the agent says it spends for. Where it names a defined budget that counts each agent by itself, that one limits the plan as well; it never opens a budget.',
    }),
  }),
  on_behalf_of: z.strictObject({ type: name, id: name }).optional(),
  parent: z
    .strictObject({ trace_id: id, execution_plan_id: id.optional(), step_id: id.optional() })
    .optional(),
  session_id: name.optional(),
  correlation_id: name.optional(),
  environment: name.optional(),
  prompt: text.optional().meta({ description: 'Text that led to the plan. Inspected, kept by hash only.' }),
  provenance: z.array(sourceSchema).max(MAX_SOURCES).optional(),
  steps: z.array(stepSchema).min(1).max(MAX_STEPS),
  approval_id: id.optional(),
  request_permit: z.boolean().optional(),
  metadata: json.optional(),
  supported_obligations: z.array(name).max(100).optional().meta({
    description:
      'Types of obligations that whoever runs the plan can fulfil; others than ours mean nothing. Where it is given, a step with an obligation that is not in it is blocked.',
  }),
});

/** The one-call shorthand: a plan of one step for an agent known by its name. */
export const shorthandSchema = z.strictObject({
  agent_name: name.meta({ example: 'finance_agent' }),
  tool_name: name.meta({ example: 'read_contract' }),
  arguments: json.optional(),
  approval_id: id.optional(),
  dry_run: z.boolean().optional(),
  allowed_capabilities: z.array(name).max(1000).optional().meta({
    description:
      'Narrows the capabilities of the agent for this call: it takes tools away, and does not change how a tool is judged.',
  }),
});

export type SubmittedPlan = z.input<typeof planSchema>;
export type Shorthand = z.input<typeof shorthandSchema>;
