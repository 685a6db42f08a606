import { z } from 'zod';
import type { JsonObject } from '../json/value.ts';

/** JSON Schemas of one direction: named ones under `components`, and references to them elsewhere. */
export type SchemaBook = {
  components: Record<string, JsonObject>;
  /** The schema, or a reference where it has a name. Throws for a schema that the book was not made with. */
  schemaOf(schema: z.ZodType): JsonObject;
};

const PREFIX = '#/components/schemas/';
const ANONYMOUS = 'Anonymous';

/**
 * Derives JSON Schema 2020-12 from zod schemas: what callers send (`input`: what has a default is optional), or what
 * they get (`output`). Names MUST be unique over both directions. All are converted at once, because zod converts
 * every schema it knows each time, and a start has no second to spare.
 */
export function schemaBook(
  names: Readonly<Record<string, z.ZodType>>,
  others: Iterable<z.ZodType>,
  io: 'input' | 'output',
): SchemaBook {
  const nameOf = new Map(Object.entries(names).map(([name, schema]) => [schema, name]));
  const all: Record<string, z.ZodType> = { ...names };
  const anonymous = new Map<z.ZodType, string>();
  for (const schema of others) {
    if (nameOf.has(schema) || anonymous.has(schema)) continue;
    const id = `${ANONYMOUS}${anonymous.size}`;
    anonymous.set(schema, id);
    all[id] = schema;
  }
  const converted = convert(all, io);
  const components = Object.entries(converted).filter(([id]) => !id.startsWith(ANONYMOUS));
  return {
    components: Object.fromEntries(components),
    schemaOf: (schema) => {
      const name = nameOf.get(schema);
      if (name !== undefined) return { $ref: PREFIX + name };
      const found = converted[anonymous.get(schema) ?? ''];
      if (found === undefined) throw new Error('a schema is missing in the book');
      return found;
    },
  };
}

/** Under this id zod collects schemas that refer to themselves. */
const SHARED = '__shared';

function convert(names: Record<string, z.ZodType>, io: 'input' | 'output'): Record<string, JsonObject> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(names)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    metadata: z.globalRegistry,
    uri: (id) => PREFIX + id,
    override: ({ jsonSchema }) => {
      // Answers may get new fields, so a generated client must not refuse them; requests with others are refused.
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  const result: Record<string, JsonObject> = {};
  for (const [id, schema] of Object.entries(schemas)) {
    if (id !== SHARED) result[id] = tidy(schema as JsonObject, io);
    else Object.assign(result, sharedSchemas(schema as { $defs: Record<string, JsonObject> }, io));
  }
  return result;
}

function sharedSchemas(
  shared: { $defs: Record<string, JsonObject> },
  io: string,
): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(shared.$defs).map(([id, schema]) => [`${id}_${io}`, tidy(schema, io)]),
  );
}

/** Makes references to shared schemas plain ones, and drops what only a schema in a file of its own needs. */
function tidy(schema: JsonObject, io: string): JsonObject {
  const { $schema, $id, ...rest } = schema;
  const text = JSON.stringify(rest).replace(
    /#\/components\/schemas\/__shared#\/\$defs\/(\w+)/g,
    (_match, id) => `${PREFIX}${id}_${io}`,
  );
  return JSON.parse(text);
}
