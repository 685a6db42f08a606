import { z } from 'zod';
import { guardFileSchema } from '../guard/guard-file.ts';
import type { JsonObject } from '../json/value.ts';
import { capabilityFileSchema } from '../policy/capability-file.ts';
import { policyFileSchema } from '../policy/policy-file.ts';
import { trustFileSchema } from '../trust/trust-registry.ts';
import { agentsFileSchema, budgetsFileSchema, type PolicyFileName } from './load-policy-set.ts';

const SCHEMAS: Readonly<Record<PolicyFileName, z.ZodType>> = {
  'policies.yaml': policyFileSchema,
  'capabilities.yaml': capabilityFileSchema,
  'agents.yaml': agentsFileSchema,
  'budgets.yaml': budgetsFileSchema,
  'trust.yaml': trustFileSchema,
  'guard.yaml': guardFileSchema,
};

/**
 * The JSON Schema of a policy file, for editors: what a file may hold, before anything is filled in. It is made from the
 * schema that reads the file, and is wider where that one looks at values: the file still has to load.
 */
export function editorSchema(file: PolicyFileName): JsonObject {
  const made = z.toJSONSchema(SCHEMAS[file], {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const inner = preprocessed(zodSchema);
      if (inner !== undefined) Object.assign(jsonSchema, withoutHead(inner));
    },
  });
  const { $schema, ...rest } = made;
  return { $schema, title: `${file} of the AISecOps Interceptor`, ...rest } as unknown as JsonObject;
}

/** A schema behind a step that only reads another case of letters: an editor offers the plain form. */
function preprocessed(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (!(schema instanceof z.ZodPipe) || !(schema.in instanceof z.ZodTransform)) return undefined;
  return schema.out;
}

function withoutHead(schema: z.core.$ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

/** The name of the schema's file in `policies/schema/`. */
export function editorSchemaName(file: PolicyFileName): string {
  return file.replace(/\.yaml$/, '.schema.json');
}
