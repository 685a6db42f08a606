import { z } from 'zod';
import { SENSITIVITY_LEVELS } from '../plan/sensitivity.ts';
import { TRUST_LEVELS } from '../plan/trust-level.ts';
import { isGlob } from './glob.ts';

const RISKS = ['low', 'medium', 'high', 'critical'] as const;

function anyCase(given: unknown): unknown {
  return typeof given === 'string' ? given.toLowerCase() : given;
}

const toolName = z
  .string()
  .min(1)
  .max(256)
  .refine(
    (name) => !isGlob(name),
    'a capability names its tools one by one: wildcards grant more than anybody reads',
  );

const toolSchema = z.strictObject({
  name: toolName,
  parameters: z.record(z.string(), z.unknown()).optional(),
  sensitivity_level: z.preprocess(anyCase, z.enum(SENSITIVITY_LEVELS)).optional(),
  output_trust: z.enum(TRUST_LEVELS).optional(),
  writes_memory: z.boolean().optional(),
});
export type ToolContent = z.output<typeof toolSchema>;

/** A tool in short form is a tool without a schema. Duplicates are refused: one of the two would be lost. */
const toolsSchema = z
  .array(z.union([toolName, toolSchema]))
  .max(10_000)
  .transform((given, context) => {
    const tools = given.map((tool) => (typeof tool === 'string' ? { name: tool } : tool));
    const seen = new Set<string>();
    tools.forEach(({ name }, index) => {
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: [index], message: `the tool ${name} is listed twice` });
      seen.add(name);
    });
    return tools as ToolContent[];
  });

const capabilitySchema = z.strictObject({
  description: z.string().max(2000).optional(),
  risk: z.preprocess(anyCase, z.enum(RISKS)).default('medium'),
  tools: toolsSchema,
});
export type CapabilityContent = z.output<typeof capabilitySchema>;

/** `capabilities.yaml`: named sets of tools that agents may be given. */
export const capabilityFileSchema = z.strictObject({
  capabilities: z.record(z.string().min(1).max(256), capabilitySchema).default({}),
});

/** The tools of a capability in the one order that content has. */
export function sortedTools(tools: readonly ToolContent[]): ToolContent[] {
  return tools.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
