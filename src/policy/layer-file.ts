import { z } from 'zod';
import { LAYER_KINDS, type Layer, scopeFaults, scopeShape, toLayer } from './layer.ts';
import { ruleSchema } from './rule-schema.ts';
import { testSchema } from './test-schema.ts';

/** The name of a file with the rules of one layer, as it stands below the policy directory. */
export type LayerFileName = `layers/${string}.yaml`;

/** Names of such files: one word, so that none leads out of its directory or hides in it. */
export const LAYER_FILE_NAME = /^layers\/[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.yaml$/;

export function isLayerFile(name: string): name is LayerFileName {
  return LAYER_FILE_NAME.test(name);
}

/** A file of `layers/`: whose rules they are, the rules, and the tests that they have to pass. */
export const layerFileSchema = z
  .strictObject({
    layer: z.enum(LAYER_KINDS),
    ...scopeShape,
    rules: z.array(ruleSchema).max(100_000).default([]),
    tests: z.array(testSchema).max(10_000).default([]),
  })
  .transform(({ layer: kind, rules, tests, ...scope }, context) => {
    const faults = scopeFaults(kind, scope);
    for (const [index, rule] of rules.entries()) {
      if (rule.layer === undefined) continue;
      const message = 'the layer of these rules stands at the head of the file';
      faults.push({ path: ['rules', String(index), 'layer'], message });
    }
    for (const { path, message } of faults) context.addIssue({ code: 'custom', path, message });
    return faults.length === 0 ? { layer: toLayer(kind, scope), rules, tests } : z.NEVER;
  });
export type LayerFile = Omit<z.output<typeof layerFileSchema>, 'layer'> & { layer: Layer };
