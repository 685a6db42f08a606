import { z } from 'zod';
import { guardFileSchema } from '../guard/guard-file.ts';
import type { JsonObject } from '../json/value.ts';
import { capabilityFileSchema } from '../policy/capability-file.ts';
import { LAYER_KINDS, scopeOf, scopeShape } from '../policy/layer.ts';
import { layerFileSchema } from '../policy/layer-file.ts';
import { policyFileSchema } from '../policy/policy-file.ts';
import { trustFileSchema } from '../trust/trust-file.ts';
import { agentsFileSchema, budgetsFileSchema, POLICY_FILES, type PolicyFileName } from './load-policy-set.ts';

/** A JSON Schema, with the names that a text may be. */
type Schema = { enum?: string[] } & Record<string, unknown>;

/** Stands for every file with the rules of a layer. */
export const LAYER_FILES = 'layers/*.yaml';
export type EditorFile = PolicyFileName | typeof LAYER_FILES;
/** The files that there is a schema of. */
export const EDITOR_FILES: readonly EditorFile[] = [...POLICY_FILES, LAYER_FILES];

const SCHEMAS: Readonly<Record<EditorFile, z.ZodType>> = {
  'policies.yaml': policyFileSchema,
  'capabilities.yaml': capabilityFileSchema,
  'agents.yaml': agentsFileSchema,
  'budgets.yaml': budgetsFileSchema,
  'trust.yaml': trustFileSchema,
  'guard.yaml': guardFileSchema,
  [LAYER_FILES]: layerFileSchema,
};

/**
 * The JSON Schema of a policy file, for editors: what a file may hold, before anything is filled in. It is made from the
 * schema that reads the file, and is wider where that one looks at values: the file still has to load.
 */
export function editorSchema(file: EditorFile): JsonObject {
  const made = z.toJSONSchema(SCHEMAS[file], {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const inner = preprocessed(zodSchema);
      if (inner === undefined) return;
      delete jsonSchema.type;
      delete jsonSchema.enum;
      Object.assign(jsonSchema, inAnyCase(withoutHead(inner)));
    },
  });
  const { $schema, ...rest } = made;
  const schema = { $schema, title: `${file} of the AISecOps Interceptor`, ...rest } as unknown as JsonObject;
  return file === LAYER_FILES ? ofOneLayer(schema) : schema;
}

/** What the file of a layer is read with says by looking at values: whose it is, by its kind, and that it is so of all rules. */
function ofOneLayer(schema: JsonObject): JsonObject {
  const { rules } = schema['properties'] as { rules: { items: { properties: JsonObject } } };
  const { layer: _, ...ruleMembers } = rules.items.properties;
  const items = { ...rules.items, properties: ruleMembers };
  const allOf = LAYER_KINDS.map((kind) => {
    const { needed, possible } = scopeOf(kind);
    const foreign = Object.keys(scopeShape).filter((member) => !possible.includes(member));
    const properties = Object.fromEntries(foreign.map((member) => [member, false]));
    return {
      if: { properties: { layer: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: { required: [...needed], properties },
    };
  });
  const properties = { ...(schema['properties'] as JsonObject), rules: { ...rules, items } };
  return { ...schema, properties, allOf } as unknown as JsonObject;
}

/** A schema behind a step that only reads another case of letters. */
function preprocessed(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (!(schema instanceof z.ZodPipe) || !(schema.in instanceof z.ZodTransform)) return undefined;
  return schema.out;
}

/** An editor offers the plain form, and takes the others as loading does. */
function inAnyCase(schema: Schema): Schema {
  const { enum: names, type: _, ...rest } = schema;
  if (names === undefined) return schema;
  const pattern = `^(${names.map(anyCaseOf).join('|')})$`;
  return {
    ...rest,
    anyOf: [
      { type: 'string', enum: names },
      { type: 'string', pattern },
    ],
  };
}

function anyCaseOf(name: string): string {
  return Array.from(name, (letter) => `[${letter.toUpperCase()}${letter}]`).join('');
}

function withoutHead(schema: z.core.$ZodType): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest as Schema;
}

/** The name of the schema's file in `policies/schema/`. */
export function editorSchemaName(file: EditorFile): string {
  return file === LAYER_FILES ? 'layer.schema.json' : file.replace(/\.yaml$/, '.schema.json');
}
